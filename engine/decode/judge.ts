import type { Check } from '../../core/check.ts';
import { badRowCondition } from '../../core/checkSql.ts';
import type { Period } from '../../core/period.ts';
import type { PlanSource } from '../../core/plan.ts';
import { ident, text } from '../sql.ts';

/** A quarantine check of a source, as a condition on its columns. */
export interface Rule {
  readonly name: string;
  readonly where: string;
}

export const quarantineRules = (
  source: PlanSource,
  checks: readonly Check[],
): Rule[] =>
  checks.flatMap(({ name, relation, severity, rule }) => {
    const where = badRowCondition(rule);
    return relation === source.name && severity === 'quarantine' && where
      ? [{ name, where }]
      : [];
  });

/** What a record must be to be kept, besides decoding: all of these. */
export const keepConditions = (
  source: PlanSource,
  period: Period,
): readonly string[] => {
  const parts = source.keep ? [`(${source.keep})`] : [];
  if (source.period !== undefined)
    parts.push(
      `CAST(${ident(source.period)} AS DATE) BETWEEN ` +
        `DATE ${text(period.first)} AND DATE ${text(period.last)}`,
    );
  return parts;
};

/**
 * The condition under which a decoded row is used, before duplicates are set
 * aside.
 */
export const usedCondition = (
  keep: readonly string[],
  rules: readonly Rule[],
  mayBeBad: boolean,
): string =>
  [
    ...(mayBeBad ? ['_bad IS NULL'] : []),
    ...keep,
    ...rules.map(({ where }) => `(${where}) IS NOT TRUE`),
  ].join(' AND ') || 'true';

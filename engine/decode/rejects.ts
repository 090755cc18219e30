import { setImmediate as othersTurn } from 'node:timers/promises';
import type { PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { Decoded, Reject } from './decoded.ts';
import type { Rule } from './judge.ts';
import type { Survey } from './survey.ts';
import { writing } from './writing.ts';

interface Judged {
  readonly row: bigint;
  readonly rule?: string | undefined;
  readonly column?: string;
  readonly value?: unknown;
}

/** Reads again which rows are rejected, and for which reason. */
const judge = async (
  db: Database,
  { relation }: Decoded,
  keep: readonly string[],
  rules: readonly Rule[],
  limit: number | undefined,
): Promise<Judged[]> => {
  const cases = rules
    .map(({ where }, i) => `WHEN (${where}) IS TRUE THEN ${i}`)
    .join(' ');
  const anyRule = rules.map(({ where }) => `(${where}) IS TRUE`).join(' OR ');
  const isRuled = anyRule
    ? ` OR (${keep.join(' AND ') || 'true'}) AND (${anyRule})`
    : '';
  const rows = await db.rows(
    'SELECT _row, _bad, _value, CASE WHEN _bad IS NOT NULL THEN NULL ' +
      `${cases} END AS rule FROM ${relation} WHERE _bad IS NOT NULL${isRuled} ` +
      `ORDER BY _row${limit === undefined ? '' : ` LIMIT ${limit}`}`,
  );
  return rows.map(({ _row, _bad, _value, rule }) => ({
    row: BigInt(_row as bigint),
    ...(rule != null && { rule: rules[Number(rule)]?.name }),
    ...(_bad != null && { column: String(_bad), value: _value }),
  }));
};

/** Rejected records whose places are still being looked up: not to be awaited yet. */
export interface RejectsBeside {
  readonly found: Promise<Reject[]>;
}

/**
 * The rejected records with their places: what the reader refused, what does
 * not decode, and what a quarantine check found.
 * @param limit the most that are wanted; all without.
 * @returns as soon as they are known, while their places are looked up.
 */
export const collectRejects = async (
  db: Database,
  source: PlanSource,
  decoded: Decoded,
  keep: readonly string[],
  rules: readonly Rule[],
  counts: Survey,
  limit?: number,
): Promise<RejectsBeside> => {
  const expected = counts.byRule.reduce((sum, n) => sum + n, counts.bad);
  if (expected === 0) return { found: Promise.resolve([...decoded.broken]) };
  const judged: Judged[] =
    counts.bad === 0 && counts.ruled.length === expected
      ? counts.ruled.map(({ row, rule }) => ({ row, rule: rules[rule]?.name }))
      : await judge(db, decoded, keep, rules, limit);
  const found = placed(source, decoded, judged);
  // Whoever waits for it is told.
  found.catch(() => {});
  return { found };
};

/** Rejected rows as records, with their places. */
const placed = async (
  source: PlanSource,
  decoded: Decoded,
  judged: readonly Judged[],
): Promise<Reject[]> => {
  const places = await decoded.locate(judged.map(({ row }) => row));
  const types = new Map(source.columns.map(({ name, type }) => [name, type]));
  const rejects = judged.map(({ row, rule, column, value }): Reject => {
    const place = places.get(row) ?? { path: '', line: 0, raw: '' };
    if (rule !== undefined) return { ...place, reason: rule };
    if (column === undefined || column === '*')
      return { ...place, reason: String(value) };
    const shown = JSON.stringify(value);
    const type = types.get(column) ?? '';
    const article = /^[aeiou]/.test(type) ? 'an' : 'a';
    const reason = `${column}: ${shown} is not ${article} ${type}`;
    return { ...place, column, reason };
  });
  return [...decoded.broken, ...rejects];
};

/** Writes rejects as JSON lines. */
export const writeRejects = async (
  rejects: readonly Reject[],
  file: string,
): Promise<void> => {
  await writing(file, async (write) => {
    for (const reject of rejects)
      if (write(`${JSON.stringify(reject)}\n`)) await othersTurn();
  });
};

/** The same fault in other values is one kind. */
export const kindOf = ({ column, reason }: Reject): string =>
  column ? reason.replace(/: ".*" is not a/s, ': not a') : reason;

/** Counts rejects by the kind of reason. */
export const countReasons = (
  rejects: readonly Reject[],
): Record<string, number> => {
  const reasons: Record<string, number> = {};
  for (const reject of rejects) {
    const kind = kindOf(reject);
    reasons[kind] = (reasons[kind] ?? 0) + 1;
  }
  return reasons;
};

/** The first reject for the reason that most of them have. */
export const commonest = (rejects: readonly Reject[]): Reject | undefined => {
  const [kind] = Object.entries(countReasons(rejects)).reduce(
    (most, one) => (one[1] > most[1] ? one : most),
    ['', 0],
  );
  return rejects.find((reject) => kindOf(reject) === kind);
};

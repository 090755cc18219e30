import type { Check } from '../../core/check.ts';
import { badRowCondition, checkSql } from '../../core/checkSql.ts';
import type { Plan } from '../../core/plan.ts';
import { ident } from '../sql.ts';
import { bindCondition } from './bindCondition.ts';
import type { Binder } from './binder.ts';
import { collect } from './collect.ts';
import { explainFault } from './explainFault.ts';

/** A rule's SELECT, where it is not a condition on single rows. */
const selectOf = ({ relation, rule }: Check): string | undefined =>
  rule.kind === 'freshness'
    ? `SELECT max(${ident(rule.column)}) AS newest FROM ${ident(relation)}`
    : checkSql(relation, rule);

/** Binds each check to its relation. */
export const bindChecks = async (
  binder: Binder,
  plan: Plan,
): Promise<string[]> => {
  const faults: string[] = [];
  for (const check of plan.checks) {
    const { name, relation, rule } = check;
    const source = plan.sources.find((s) => s.name === relation);
    const place = source ? { source: relation } : { table: relation };
    const of = source ?? plan.tables.find((t) => t.name === relation);
    const condition = badRowCondition(rule);
    const select = selectOf(check);
    const bind = async () => {
      if (condition && of)
        await bindCondition(binder, of, condition, `check "${name}"`, place);
      else if (select)
        await binder.describe(select).catch((error: unknown) => {
          const at = { ...place, file: 'pipeline.ts' };
          const scope = { has: [relation], why: () => undefined };
          throw explainFault(error, select, at, scope);
        });
    };
    faults.push(...(await collect(bind)));
  }
  return faults;
};

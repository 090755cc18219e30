import { type Place, TableError } from '../../core/errors.ts';
import type { PlanColumn } from '../../core/plan.ts';
import { ident } from '../sql.ts';
import type { Binder } from './binder.ts';
import { explainFault } from './explainFault.ts';

/**
 * Binds a condition of `pipeline.ts` to the columns of its relation.
 * @param what names the condition in the error.
 * @throws TableError where it does not bind, or is no condition.
 */
export const bindCondition = async (
  binder: Binder,
  relation: { readonly name: string; readonly columns: readonly PlanColumn[] },
  condition: string,
  what: string,
  place: Place,
): Promise<void> => {
  const from = ident(relation.name);
  const at = { ...place, file: 'pipeline.ts' };
  const select = `SELECT (${condition}) AS c FROM ${from} WHERE (${condition})`;
  const found = await binder.describe(select).catch((error: unknown) => {
    const scope = { has: [relation.name], why: () => undefined };
    const fault = explainFault(error, select, at, scope);
    throw new TableError(`${what}: ${fault.reason}`, at, { cause: error });
  });
  if (found[0]?.type !== 'BOOLEAN')
    throw new TableError(
      `${what}: ${condition} gives ${found[0]?.type}, expected a condition`,
      at,
    );
};

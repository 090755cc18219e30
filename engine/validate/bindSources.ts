import { TableError, TributaryError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import type { Plan, PlanColumn, PlanSource } from '../../core/plan.ts';
import { keepConditions } from '../decode/judge.ts';
import { textExpression } from '../decode/textExpression.ts';
import { bindCondition } from './bindCondition.ts';
import type { Binder } from './binder.ts';
import { collect } from './collect.ts';

const checkDecode = (source: PlanSource, column: PlanColumn) => {
  try {
    textExpression('x', column);
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    const place = { source: source.name, file: 'pipeline.ts' };
    throw new TableError(error.reason, { ...place, column: column.name });
  }
};

/** Makes the sources' relations and binds their conditions. */
export const bindSources = async (
  binder: Binder,
  plan: Plan,
  period: Period,
): Promise<string[]> => {
  const faults: string[] = [];
  for (const source of plan.sources) {
    await binder.relation(source.name, source.columns);
    for (const column of source.columns)
      faults.push(...(await collect(() => checkDecode(source, column))));
    const place = { source: source.name };
    for (const keep of keepConditions(source, period))
      faults.push(
        ...(await collect(() =>
          bindCondition(binder, source, keep, 'keep', place),
        )),
      );
  }
  return faults;
};

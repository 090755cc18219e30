import { periodOf } from '../../core/period.ts';
import type { Plan } from '../../core/plan.ts';
import { runRelation } from '../runEngine.ts';
import { bindChecks } from './bindChecks.ts';
import { openBinder } from './binder.ts';
import { bindReaders } from './bindReaders.ts';
import { bindSources } from './bindSources.ts';
import { bindTables } from './bindTables.ts';

const validate = async (
  plan: Plan,
  { withReaders }: { readonly withReaders: boolean },
): Promise<string[]> => {
  const date = '2000-01-31';
  const period = periodOf(plan.period, date);
  const binder = await openBinder();
  try {
    const run = runRelation({ run: 'validate', date, period });
    await binder.relationOf('run', run);
    return [
      ...(await bindSources(binder, plan, period)),
      ...(await bindTables(binder, plan)),
      ...(await bindChecks(binder, plan)),
      // The last, as it takes away what readers do not see.
      ...(withReaders ? await bindReaders(binder, plan) : []),
    ];
  } finally {
    binder.close();
  }
};

/**
 * Binds every SQL text of a plan to empty relations of its declared columns.
 * @returns what is wrong, each with file, line, column and what was expected,
 *   as far as it has them.
 */
export const validatePlan = (plan: Plan): Promise<string[]> =>
  validate(plan, { withReaders: true });

/** The same for all that a run needs, without saved queries and cards. */
export const validateTables = (plan: Plan): Promise<string[]> =>
  validate(plan, { withReaders: false });

import { LockedError, UsageError } from '../../core/errors.ts';
import { type Period, periodBefore } from '../../core/period.ts';
import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import type { RunOptions } from './events.ts';
import { readPeriodStates } from './periodStates.ts';

/**
 * Keeps the periods of a pipeline that depends on its past in their order. The
 * first one is that of its start date or, without one, the first that is run.
 * @throws UsageError where the period before is not published; LockedError
 *   where a run is still working on it.
 */
export const requirePast = async (
  platform: Platform,
  plan: Plan,
  period: Period,
  options: RunOptions,
): Promise<void> => {
  const { dependsOnPast, startDate, pipeline } = plan;
  const before = periodBefore(period);
  if (!dependsOnPast) return;
  if (startDate !== undefined && before.last < startDate) return;
  const states = await readPeriodStates(platform, plan, options);
  const past = await states.stateOf(before.label);
  if (past.state === 'published') return;
  const isFirst = Object.keys(states.base.tables).length === 0;
  if (past.state === 'missing' && isFirst && startDate === undefined) return;
  const depends = `${period.label} depends on ${before.label}, `;
  if (past.state === 'running')
    throw new LockedError(`${depends}on which run ${past.run} works still`, {
      pipeline,
    });
  const why = {
    missing: 'is not published',
    failed: 'failed',
    killed: 'was killed',
    'rolled back': 'was rolled back',
  }[past.state];
  const by = past.state === 'missing' ? '' : ` (run ${past.run})`;
  throw new UsageError(
    `${depends}which ${why}${by}: run that one first, or all that are ` +
      `missing ("tributary backfill ${pipeline}")`,
    { pipeline },
  );
};

import { isReadByJob } from '../../core/databaseFaults.ts';
import { UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';

/**
 * For what needs the landed rows of all sources of a live run.
 * @throws UsageError where the Spark job reads one of them itself.
 */
export const refuseUnlanded = (
  { pipeline, sources }: Plan,
  why: string,
): void => {
  const source = sources.find(isReadByJob)?.name;
  if (source !== undefined) throw new UsageError(why, { pipeline, source });
};

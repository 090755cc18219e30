import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import { keys } from '../shared/keys.ts';
import { publishedRuns } from '../shared/publishedRuns.ts';
import { readJson } from '../shared/readJson.ts';

/** The last run whose publish stands, and the definition that it had. */
export interface PublishedPlan {
  readonly run?: string;
  readonly plan?: Plan;
}

/** Reads the definition of what is published; it may be gone. */
export const publishedPlan = async (
  platform: Platform,
  pipeline: string,
): Promise<PublishedPlan> => {
  const [run] = await publishedRuns(platform, pipeline);
  if (run === undefined) return {};
  const plan = await readJson<Plan>(platform, keys.plan(pipeline, run));
  return { run, ...(plan && { plan }) };
};

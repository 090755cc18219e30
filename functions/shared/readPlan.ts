import { TributaryError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import { keys } from './keys.ts';
import { readJson } from './readJson.ts';

/** The plan that a run was started with. */
export const readPlan = async (
  platform: Pick<Platform, 'store'>,
  pipeline: string,
  run: string,
): Promise<Plan> => {
  const plan = await readJson<Plan>(platform, keys.plan(pipeline, run));
  if (plan === undefined)
    throw new TributaryError(`the plan of run ${run} is gone`, { pipeline });
  return plan;
};

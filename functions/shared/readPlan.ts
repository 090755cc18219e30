import { TributaryError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import { keys } from './keys.ts';

/** The plan that a run was started with. */
export const readPlan = async (
  { store }: Pick<Platform, 'store'>,
  pipeline: string,
  run: string,
): Promise<Plan> => {
  const body = await store.read(keys.plan(pipeline, run));
  if (body === undefined)
    throw new TributaryError(`the plan of run ${run} is gone`, { pipeline });
  return JSON.parse(body) as Plan;
};

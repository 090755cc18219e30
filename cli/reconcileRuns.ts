import { reconcile } from '../functions/reconcile/handler.ts';
import {
  endExecution,
  newExecution,
} from '../platform/local/localExecutions.ts';
import type { Platform } from '../platform/ports.ts';

/** Closes what killed runs of a pipeline left open. */
export const reconcileRuns = async (
  platform: Platform,
  pipeline: string,
): Promise<void> => {
  const id = await newExecution();
  const startedAt = platform.clock.now().toISOString();
  try {
    await reconcile(platform)({ pipeline, execution: { id, startedAt } });
  } finally {
    endExecution(id);
  }
};

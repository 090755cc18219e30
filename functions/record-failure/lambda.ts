import type { FailureEvent } from '../shared/events.ts';
import { lambda } from '../shared/lambda.ts';
import { runId } from '../shared/runId.ts';
import { recordFailure } from './handler.ts';

/** A state that gave up waiting for its job ends the job as well. */
export const handler = lambda(
  'record-failure',
  ({ platform }) =>
    async (event: FailureEvent) => {
      await platform.jobs.abort(runId(event.execution));
      return recordFailure(platform)(event);
    },
);

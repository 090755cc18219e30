import type { Platform } from '../../platform/ports.ts';
import { type GatheredInput, gatherInput } from '../shared/engineInput.ts';
import type { LandedEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import type { JobRecord } from '../shared/jobRecord.ts';
import { keys } from '../shared/keys.ts';
import { updateLedger } from '../shared/ledger.ts';
import { afterFetch } from '../shared/steps.ts';

/** The tables that the job reads itself, with where it finds their secrets. */
const withSecrets = async (
  { jobs }: Pick<Platform, 'jobs'>,
  tables: GatheredInput['jdbc'],
): Promise<GatheredInput['jdbc']> => {
  const entries = Object.entries(tables).map(
    async ([source, { secret, ...table }]) =>
      [source, { ...table, secret: await jobs.mysql(secret) }] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
};

export interface StartJobEvent extends LandedEvent {
  /** What the job's end is told with; the state waits until then. */
  readonly taskToken: string;
}

/**
 * Starts the Spark job of a run, or takes over the one that runs already. The
 * state ends when the token does, not with this function.
 */
export const startJob = handler<StartJobEvent, { readonly job: string }>(
  'start-job',
  ['pipeline', 'run', 'landed', 'taskToken'],
  (platform) => async (event) => {
    const { pipeline, run, date, period, landed, engine, taskToken } = event;
    const startedAt = platform.clock.now().toISOString();
    const { plan, bases, jdbc, unflushed, ...files } = await gatherInput(
      platform,
      event,
      platform.jobs.place,
    );
    const planKey = keys.jobPlan(pipeline, run);
    const requestKey = keys.jobRequest(pipeline, run);
    const { store } = platform;
    const request = {
      ...{ run, date, period, ...files },
      ...(Object.keys(jdbc).length > 0 && {
        jdbc: await withSecrets(platform, jdbc),
      }),
    };
    const record: JobRecord = { bases, startedAt };
    await Promise.all([
      store.flush(unflushed),
      store.write(planKey, JSON.stringify(plan)),
      store.write(requestKey, JSON.stringify(request)),
      store.write(keys.jobRecord(pipeline, run), JSON.stringify(record)),
    ]);
    await updateLedger(platform, event, (ledger) => ({
      engine,
      ...afterFetch(ledger, landed),
    }));
    const job = await platform.jobs.start({
      pipeline,
      run,
      plan: await platform.jobs.place(planKey),
      request: await platform.jobs.place(requestKey),
      taskToken,
      workers: plan.workers,
    });
    return { job };
  },
);

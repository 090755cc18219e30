import { isReadByJob } from '../../core/databaseFaults.ts';
import { LockedError, UsageError } from '../../core/errors.ts';
import { type FolderFrom, partsOf } from '../../core/folder.ts';
import { wavesOf } from '../../core/http.ts';
import { lastComplete, type Period, periodOf } from '../../core/period.ts';
import type { Plan, PlanSource } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import {
  type FetchItem,
  inputKind,
  type PlanEvent,
  type RunEvent,
} from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { keys } from '../shared/keys.ts';
import { type Ledger, stepSince, writeLedger } from '../shared/ledger.ts';
import { announce } from '../shared/openLineage/announce.ts';
import { withPublishLease } from '../shared/publishLease.ts';
import { dateOf, readRecording } from '../shared/recording.ts';
import { recordingFolder } from '../shared/recordingFolder.ts';
import { recoverPeriod } from '../shared/recover.ts';
import { refuseOlder } from '../shared/refuseOlder.ts';
import { requirePast } from '../shared/requirePast.ts';
import { runId } from '../shared/runId.ts';
import { baseOf } from '../shared/withoutSamples.ts';

/**
 * `auto`, where neither the command nor the definition names the engine.
 * @throws UsageError for DuckDB, where a table is not to land.
 */
const engineOf = (
  plan: Plan,
  options: PlanEvent['options'],
): RunEvent['engine'] => {
  const { engine } = options;
  const unlanded =
    inputKind(options) === 'live' && !options.retry
      ? plan.sources.find(isReadByJob)
      : undefined;
  if (unlanded && engine === 'duckdb')
    throw new UsageError(
      'the Spark job reads the live table itself, so that DuckDB cannot: ' +
        "run it with --engine spark, or declare the source without read: 'job'",
      { pipeline: plan.pipeline, source: unlanded.name },
    );
  if (unlanded)
    return { name: 'spark', reason: `its job reads ${unlanded.name} itself` };
  if (engine) return { name: engine, reason: 'asked for' };
  return plan.engine
    ? { name: plan.engine, reason: 'pinned in the definition' }
    : { name: 'auto', reason: 'by what lands' };
};

/**
 * What fetches a source: live files may land in several parts. Those of a folder
 * of this machine do not: each part would go through all of them.
 */
const itemsOf = (
  { name, from }: PlanSource,
  isLive: boolean,
  { host }: Pick<Platform, 'host'>,
): FetchItem[] => {
  const isHere = !host && ((from ?? {}) as FolderFrom).folder === undefined;
  const of = isLive && !isHere ? partsOf(from) : 1;
  return Array.from({ length: of }, (_, index) => ({
    source: name,
    part: { index, of },
  }));
};

const refuseEarly = (plan: Plan, period: Period): void => {
  if (plan.startDate !== undefined && period.last < plan.startDate)
    throw new UsageError(
      `${period.label} lies before the start date ${plan.startDate}`,
      { pipeline: plan.pipeline },
    );
};

/** An execution whose id follows one of a clock that was ahead began now. */
const earlier = (began: string, now: Date): string =>
  new Date(began) > now ? now.toISOString() : began;

/**
 * Starts a run: settles its period, takes the lock on it, compiles the plan and
 * opens the ledger.
 * @throws LockedError where another execution works on the same period.
 */
export const plan = handler<PlanEvent, RunEvent>(
  'plan',
  ['pipeline', 'execution'],
  (platform) => async (event) => {
    const { pipeline, execution, options } = event;
    const startedAt = platform.clock.now();
    const compiled = await platform.definitions.plan(pipeline);
    const input = inputKind(options);
    const date =
      event.date ??
      (input === 'live'
        ? undefined
        : dateOf(
            await readRecording(
              await recordingFolder(platform, pipeline, options),
            ),
          ));
    const period =
      date == null
        ? lastComplete(compiled.period, startedAt)
        : periodOf(compiled.period, date);
    const logicalDate = date?.length === 10 ? date : period.last;
    const engine = engineOf(compiled, options);
    const state = baseOf(await platform.catalog.read(pipeline), options);
    refuseOlder(compiled, state, period.label);
    refuseEarly(compiled, period);
    await requirePast(platform, compiled, period, options);

    const run = runId(execution);
    const name = keys.runLock(pipeline, period.label);
    const holder = { execution: execution.id, run };
    try {
      const taken = await platform.locks.acquire(name, holder);
      if ('heldBy' in taken)
        throw new LockedError(
          `run ${taken.heldBy.run} works on ${period.label} already`,
          { pipeline },
        );
      if (taken.lease.abandoned)
        await withPublishLease(
          platform,
          { pipeline, run, execution: execution.id },
          () => recoverPeriod(platform, pipeline, period.label),
        );
      await platform.store.write(
        keys.plan(pipeline, run),
        JSON.stringify(compiled),
      );
      const ledger: Ledger = {
        run,
        pipeline,
        date: logicalDate,
        period: period.label,
        outcome: 'running',
        execution: execution.id,
        startedAt: earlier(execution.startedAt, startedAt),
        replay: options.replay ?? input,
        ...(options.retry && { retryOf: options.retry.of }),
        engine,
        steps: [stepSince(platform, 'plan', startedAt)],
        sources: [],
        tables: [],
        checks: [],
      };
      await writeLedger(platform, ledger);
      const notices = await announce(platform, ledger, 'START');
      if (notices.notices)
        await writeLedger(platform, { ...ledger, ...notices });
    } catch (error) {
      // Without a ledger nobody else knows that this run holds the lock.
      await platform.locks.release(name, execution.id);
      throw error;
    }
    // A recording has all that its sources need.
    const waves =
      input === 'live' ? wavesOf(compiled.sources) : [compiled.sources];
    return {
      pipeline,
      run,
      date: logicalDate,
      period,
      execution,
      options,
      engine,
      waves: waves.map((wave) =>
        wave.flatMap((source) => itemsOf(source, input === 'live', platform)),
      ),
    };
  },
);

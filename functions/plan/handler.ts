import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockedError, UsageError } from '../../core/errors.ts';
import { lastComplete, parseDay, periodOf } from '../../core/period.ts';
import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import type { PlanEvent, RunEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { keys } from '../shared/keys.ts';
import { stepSince, writeLedger } from '../shared/ledger.ts';
import { recordingFolder } from '../shared/recordingFolder.ts';
import { recover } from '../shared/recover.ts';
import { runId } from '../shared/runId.ts';

/** The date that a recording carries, if there is one. */
const recordedDate = async (folder: string): Promise<string | undefined> => {
  const body = await readFile(join(folder, 'recording.json'), 'utf8').catch(
    () => undefined,
  );
  if (body === undefined) return undefined;
  const { date } = JSON.parse(body) as { date?: string };
  return date;
};

const chooseEngine = (plan: Plan): RunEvent['engine'] => {
  if (plan.engine === 'spark')
    throw new UsageError(
      'the definition pins the engine Spark, which is not set up here',
      { pipeline: plan.pipeline },
    );
  return plan.engine
    ? { name: plan.engine, reason: 'pinned in the definition' }
    : { name: 'duckdb', reason: 'the only engine that is set up here' };
};

/** A snapshot pipeline moves on; its tables must not go back in time. */
const refuseOlder = async (
  platform: Platform,
  plan: Plan,
  period: string,
): Promise<void> => {
  if (!plan.sources.some(({ scope }) => scope === 'changes')) return;
  const { tables } = await platform.catalog.read(plan.pipeline);
  const newest = Object.values(tables)
    .flatMap(({ partitions }) => partitions.map((p) => p.period))
    .sort()
    .at(-1);
  if (newest !== undefined && newest > period)
    throw new UsageError(
      `${newest} is published already, and a run of ${period} would go back: ` +
        `roll back first ("tributary rollback ${plan.pipeline}")`,
      { pipeline: plan.pipeline },
    );
};

const refuseEarly = async (
  platform: Platform,
  plan: Plan,
  period: ReturnType<typeof periodOf>,
): Promise<void> => {
  if (plan.startDate !== undefined && period.last < plan.startDate)
    throw new UsageError(
      `${period.label} lies before the start date ${plan.startDate}`,
      { pipeline: plan.pipeline },
    );
  if (!plan.dependsOnPast) return;
  const day = parseDay(period.first).getTime() - 86_400_000;
  const before = periodOf(
    plan.period,
    new Date(day).toISOString().slice(0, 10),
  );
  if (plan.startDate !== undefined && before.last < plan.startDate) return;
  const { tables } = await platform.catalog.read(plan.pipeline);
  const isThere = Object.values(tables).some(({ partitions }) =>
    partitions.some((p) => p.period === before.label),
  );
  if (!isThere && Object.keys(tables).length > 0)
    throw new UsageError(
      `${period.label} depends on ${before.label}, which is not published`,
      { pipeline: plan.pipeline },
    );
};

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
    const folder = recordingFolder(platform, pipeline, options);
    const date = event.date ?? (await recordedDate(folder));
    const period =
      date == null
        ? lastComplete(compiled.period, startedAt)
        : periodOf(compiled.period, date);
    const logicalDate = date?.length === 10 ? date : period.last;
    const engine = chooseEngine(compiled);
    await refuseOlder(platform, compiled, period.label);
    await refuseEarly(platform, compiled, period);

    const run = runId(execution);
    const name = keys.runLock(pipeline, period.label);
    const holder = { execution: execution.id, run };
    const taken = await platform.locks.acquire(name, holder);
    if ('heldBy' in taken)
      throw new LockedError(
        `run ${taken.heldBy.run} works on ${period.label} already`,
        { pipeline },
      );
    const { abandoned } = taken.lease;
    if (abandoned) await recover(platform, pipeline, abandoned.run);
    await platform.store.write(
      keys.plan(pipeline, run),
      JSON.stringify(compiled),
    );
    await writeLedger(platform, {
      run,
      pipeline,
      date: logicalDate,
      period: period.label,
      outcome: 'running',
      execution: execution.id,
      startedAt: execution.startedAt,
      replay: options.replay ?? 'sample',
      engine,
      steps: [stepSince(platform, 'plan', startedAt)],
      sources: [],
      tables: [],
      checks: [],
    });
    return {
      pipeline,
      run,
      date: logicalDate,
      period,
      execution,
      options,
      engine,
      sources: compiled.sources.map(({ name: source }) => ({ source })),
    };
  },
);

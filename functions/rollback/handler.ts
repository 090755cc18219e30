import type { CatalogState, CatalogTable } from '../../core/catalog.ts';
import { LockedError, PublishError, UsageError } from '../../core/errors.ts';
import type { Platform } from '../../platform/ports.ts';
import { markRolledBack } from '../shared/closeJournal.ts';
import type { ExecutionInfo } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import {
  applySide,
  type Journal,
  readJournal,
  writeJournal,
} from '../shared/journal.ts';
import { readLedger } from '../shared/ledger.ts';
import {
  type LoadReport,
  loadDestinations,
} from '../shared/loadDestinations.ts';
import { publishedRuns } from '../shared/publishedRuns.ts';
import { withPublishLease } from '../shared/publishLease.ts';
import { runId } from '../shared/runId.ts';

export interface RollbackEvent {
  readonly pipeline: string;
  /** Default: the run that was published last. */
  readonly run?: string;
  readonly execution: ExecutionInfo;
}

/** What was taken back, and what databases were given of it. */
export interface RollbackResult extends LoadReport {
  readonly run: string;
  readonly tables: readonly string[];
}

const snapshotsOf = (table: CatalogTable | null | undefined) =>
  new Map(
    (table?.partitions ?? []).map(
      (p) => [JSON.stringify(p.values), p] as const,
    ),
  );

/**
 * Takes one run's snapshots out of a table and puts those in that it replaced.
 * @throws PublishError where a later run stands upon them.
 */
const takeBack = (
  name: string,
  run: string,
  current: CatalogTable | undefined,
  journal: Journal,
): CatalogTable | null => {
  const before = snapshotsOf(journal.before.tables[name]);
  const now = snapshotsOf(current);
  const moved = (journal.after.tables[name]?.partitions ?? []).filter(
    (p) => p.run === run,
  );
  for (const { values } of moved) {
    const key = JSON.stringify(values);
    const holder = now.get(key)?.run;
    if (holder !== run)
      throw new PublishError(
        `table ${name} was published again by run ${holder}: roll that one ` +
          'back first',
      );
    const earlier = before.get(key);
    if (earlier) now.set(key, earlier);
    else now.delete(key);
  }
  const after = snapshotsOf(journal.after.tables[name]);
  for (const [key, snapshot] of before)
    if (snapshot.sample && !after.has(key)) now.set(key, snapshot);
  if (now.size === 0 || !current) return null;
  // Partitions of later runs stay, and may have columns that were not there.
  const isAsBefore = [...now].every(([k, p]) => before.get(k)?.run === p.run);
  const shape = (isAsBefore && journal.before.tables[name]) || current;
  const partitions = [...now.values()].sort((a, b) =>
    a.period < b.period ? -1 : 1,
  );
  return { ...shape, partitions };
};

/** The watermarks without what this run had moved. */
const earlierWatermarks = (
  state: CatalogState,
  { before, after }: Journal,
): CatalogState['watermarks'] => {
  const moved = Object.keys(after.watermarks).filter(
    (source) => after.watermarks[source] !== before.watermarks[source],
  );
  const kept = Object.entries(state.watermarks).filter(
    ([source]) => !moved.includes(source) || before.watermarks[source],
  );
  return Object.fromEntries(
    kept.map(([source, value]) => [
      source,
      moved.includes(source) ? (before.watermarks[source] ?? value) : value,
    ]),
  );
};

/** A run that is published and goes on would call itself published again. */
const refuseOpen = async (
  platform: Platform,
  pipeline: string,
  run: string,
): Promise<void> => {
  const ledger = await readLedger(platform, pipeline, run);
  if (ledger?.outcome !== 'running') return;
  if (await platform.executions.isRunning(ledger.execution))
    throw new LockedError(
      `run ${run} is published and about to end: try again in a moment`,
      { pipeline },
    );
};

/**
 * Makes readers see what they saw before a run: all its tables at once, and its
 * watermarks. The files stay.
 * @throws UsageError where the run was not published; PublishError where a
 *   later run has moved one of its tables since; LockedError where the run has
 *   not ended.
 */
export const rollback = handler<RollbackEvent, RollbackResult>(
  'rollback',
  ['pipeline', 'execution'],
  (platform) => async (event) => {
    const { pipeline, execution } = event;
    const own = runId(execution);
    const result = await withPublishLease(
      platform,
      { pipeline, run: own, execution: execution.id },
      async (lease) => {
        const run = event.run ?? (await publishedRuns(platform, pipeline))[0];
        if (run === undefined)
          throw new UsageError('nothing is published', { pipeline });
        const journal = await readJournal(platform, pipeline, run);
        if (journal?.state !== 'done' || journal.kind !== 'publish')
          throw new UsageError(`run ${run} was not published`, { pipeline });
        if (!(await publishedRuns(platform, pipeline)).includes(run))
          throw new UsageError(`run ${run} was rolled back already`, {
            pipeline,
          });
        await refuseOpen(platform, pipeline, run);
        if (journal.expired !== undefined)
          throw new UsageError(
            `run ${run} cannot be rolled back: what it had replaced was ` +
              `removed by a clean on ${journal.expired.slice(0, 10)}. Run the ` +
              'pipeline again on the input that is wanted',
            { pipeline },
          );
        const state = await platform.catalog.read(pipeline);
        const names = Object.keys(journal.after.tables).sort();
        const tables = Object.fromEntries(
          names.map((name) => [
            name,
            takeBack(name, run, state.tables[name], journal),
          ]),
        );
        const prepared: Journal = {
          run: own,
          pipeline,
          kind: 'rollback',
          of: run,
          state: 'prepared',
          at: platform.clock.now().toISOString(),
          version: state.version + 1,
          before: {
            tables: Object.fromEntries(
              names.map((name) => [name, state.tables[name] ?? null]),
            ),
            watermarks: state.watermarks,
          },
          after: { tables, watermarks: earlierWatermarks(state, journal) },
        };
        await writeJournal(platform, prepared);
        await platform.locks.assertHeld(lease);
        await platform.catalog.replace(
          state,
          applySide(state, prepared.after, own),
        );
        await markRolledBack(platform, pipeline, run);
        await writeJournal(platform, { ...prepared, state: 'done' });
        return { run, tables: names };
      },
    );
    // A definition that is broken must not keep anybody from a rollback.
    const plan = await platform.definitions
      .plan(pipeline)
      .catch(() => undefined);
    return plan?.destinations
      ? { ...result, ...(await loadDestinations(platform, plan, own)) }
      : result;
  },
  ['run'],
);

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Seconds } from '../../core/duration.ts';
import { LockedError } from '../../core/errors.ts';
import type { Platform } from '../../platform/ports.ts';
import type { ExecutionInfo } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { type Journal, writeJournal } from '../shared/journal.ts';
import { keys } from '../shared/keys.ts';
import { standing } from '../shared/publishedRuns.ts';
import { withPublishLease } from '../shared/publishLease.ts';
import { runId } from '../shared/runId.ts';
import {
  findRemovable,
  type Item,
  listFolders,
  listUnfinished,
  type Removable,
} from './findRemovable.ts';
import { type History, readHistory } from './history.ts';
import { type Bounds, DEFAULT_BOUNDS, rollbackTargets } from './retention.ts';

export interface CleanEvent {
  readonly pipeline: string;
  /** In place of what the definition declares. */
  readonly keep?: number;
  readonly olderThan?: Seconds;
  /** Finds what would be removed, and removes nothing. */
  readonly dryRun?: boolean;
  readonly execution: ExecutionInfo;
}

export interface CleanResult {
  readonly pipeline: string;
  readonly bounds: Bounds;
  readonly dryRun: boolean;
  readonly removed: readonly Removable[];
  readonly bytes: number;
  readonly kept: { readonly folders: number; readonly bytes: number };
}

const bytesOf = (items: readonly Item[]) =>
  items.reduce((sum, { bytes }) => sum + bytes, 0);

/** The publishes whose earlier snapshots a rollback would not find. */
const expiring = (
  history: History,
  bounds: Bounds,
  now: Date,
  removable: readonly Removable[],
): Journal[] => {
  const kept = new Set(
    rollbackTargets(history, bounds, now).map(({ run }) => run),
  );
  const doomed = removable.map(({ key }) => key);
  return standing(history.journals).filter(
    ({ run, expired, before }) =>
      !kept.has(run) &&
      expired === undefined &&
      Object.values(before.tables).some((table) =>
        table?.partitions.some(({ location }) =>
          doomed.some((key) => location.startsWith(key)),
        ),
      ),
  );
};

/** Scratch folders of runs that are over; those of others are none of ours. */
const removeScratch = async (
  { scratch }: Platform,
  { runs }: History,
): Promise<void> => {
  for (const [run, { isRunning }] of runs)
    if (!isRunning)
      await rm(join(scratch, run), { recursive: true, force: true });
};

/** A landing that begins to go is no whole landing any more. */
const remove = async (
  { store }: Platform,
  { kind, key }: Removable,
): Promise<void> => {
  if (!key.endsWith('/')) return store.remove(key);
  if (kind === 'landing') await store.remove(`${key}manifest.json`);
  await store.removeAll(key);
};

/**
 * Removes what is beyond the bounds of a pipeline and needed by nobody. What
 * goes is settled while nobody publishes, and journals that cannot be rolled
 * back any more are marked, before the first file is removed. So a run or a
 * rollback beside it, and a kill at any moment, do no harm.
 * @throws LockedError where another clean of the pipeline goes on.
 */
export const clean = handler<CleanEvent, CleanResult>(
  'clean',
  ['pipeline', 'execution'],
  (platform) => async (event) => {
    const { pipeline, execution, dryRun = false } = event;
    const { retention } = await platform.definitions.plan(pipeline);
    const { keep, olderThan } = { ...retention, ...event };
    const bounds: Bounds = {
      keep: keep ?? DEFAULT_BOUNDS.keep,
      olderThan: olderThan ?? DEFAULT_BOUNDS.olderThan,
    };
    const run = runId(execution);
    const holder = { execution: execution.id, run };

    const settle = async (folders: readonly Item[]) => {
      const history = await readHistory(platform, pipeline);
      const found = await findRemovable(
        platform,
        folders,
        await listUnfinished(platform, pipeline, new Set(history.runs.keys())),
        history,
        bounds,
      );
      return { history, found };
    };
    const resultOf = (
      folders: readonly Item[],
      removed: readonly Removable[],
    ): CleanResult => {
      const gone = new Set(removed.map(({ key }) => key));
      const kept = folders.filter(({ key }) => !gone.has(key));
      return {
        pipeline,
        bounds,
        dryRun,
        removed,
        bytes: bytesOf(removed),
        kept: { folders: kept.length, bytes: bytesOf(kept) },
      };
    };

    if (dryRun) {
      const folders = await listFolders(platform, pipeline);
      return resultOf(folders, (await settle(folders)).found);
    }
    const name = keys.cleanLock(pipeline);
    const taken = await platform.locks.acquire(name, holder);
    if ('heldBy' in taken)
      throw new LockedError('another clean goes on', { pipeline });
    try {
      const folders = await listFolders(platform, pipeline);
      const { history, found } = await withPublishLease(
        platform,
        { pipeline, ...holder },
        async (lease) => {
          const settled = await settle(folders);
          const now = platform.clock.now();
          await platform.locks.assertHeld(lease);
          for (const journal of expiring(
            settled.history,
            bounds,
            now,
            settled.found,
          ))
            await writeJournal(platform, {
              ...journal,
              expired: now.toISOString(),
            });
          return settled;
        },
      );
      for (const item of found) await remove(platform, item);
      await removeScratch(platform, history);
      return resultOf(folders, found);
    } finally {
      await platform.locks.release(name, execution.id);
    }
  },
  ['keep', 'olderThan', 'dryRun'],
);

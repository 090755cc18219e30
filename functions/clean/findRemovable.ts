import { hours } from '../../core/duration.ts';
import type { Platform, StoreEntry } from '../../platform/ports.ts';
import { readManifest } from '../fetch/manifest.ts';
import { runKeyOf } from '../shared/keys.ts';
import { startOfRun } from '../shared/runId.ts';
import type { History } from './history.ts';
import {
  type Bounds,
  GRACE,
  keptInputs,
  neededLocations,
} from './retention.ts';

export type Kind = 'tables' | 'landing' | 'quarantine' | 'unfinished';

/** Something in the lake that a clean removes or keeps as a whole. */
export interface Item {
  readonly kind: Kind;
  /** A folder of a run, ending in `/`, or one object. */
  readonly key: string;
  readonly run?: string;
  readonly objects: number;
  readonly bytes: number;
}

export interface Removable extends Item {
  readonly why: string;
}

const FOLDERS = ['tables', 'landing', 'quarantine'] as const;

/** The folders that runs wrote to, with what is in them. */
export const listFolders = async (
  { store }: Pick<Platform, 'store'>,
  pipeline: string,
): Promise<Item[]> => {
  const folders = new Map<string, Item>();
  for (const kind of FOLDERS) {
    const prefix = `${kind}/${pipeline}/`;
    const below = [
      ...(await store.entries(prefix)),
      ...(await store.unfinished(prefix)),
    ];
    for (const { key, bytes } of below) {
      const of = runKeyOf(key);
      if (!of) continue;
      const { folder, run } = of;
      const before = folders.get(folder) ?? {
        kind,
        key: folder,
        run,
        objects: 0,
        bytes: 0,
      };
      folders.set(folder, {
        ...before,
        objects: before.objects + 1,
        bytes: before.bytes + bytes,
      });
    }
  }
  return [...folders.values()];
};

/** Writes that broke off outside of the folders above. */
export const listUnfinished = async (
  { store }: Pick<Platform, 'store'>,
  pipeline: string,
  runs: ReadonlySet<string>,
): Promise<StoreEntry[]> => {
  const own = [
    `catalog/${pipeline}.json`,
    ...['plans', 'runs', 'publish', 'locks/run', 'locks/publish'].map(
      (folder) => `${folder}/${pipeline}/`,
    ),
  ];
  const found: StoreEntry[] = [];
  for (const prefix of own) found.push(...(await store.unfinished(prefix)));
  for (const entry of await store.unfinished('ops/')) {
    const [run = ''] = entry.key
      .slice(entry.key.lastIndexOf('/') + 1)
      .split('.');
    if (runs.has(run)) found.push(entry);
  }
  return found;
};

/** Landed bytes that a kept landing refers to and does not have itself. */
const referredFolders = async (
  platform: Platform,
  landings: readonly Item[],
): Promise<Set<string>> => {
  const referred = new Set<string>();
  for (const { key } of landings) {
    const manifest = await readManifest(platform, `${key}manifest.json`).catch(
      () => undefined,
    );
    for (const file of manifest?.files ?? []) {
      const of = runKeyOf(file.key);
      if (of) referred.add(of.folder);
    }
  }
  return referred;
};

const shownDays = (seconds: number) => `${Math.round(seconds / 8640) / 10} d`;

const shownRuns = (n: number) => `${n} ${n === 1 ? 'run' : 'runs'}`;

const whyInput = ({ keep, olderThan }: Bounds) =>
  `older than ${shownDays(olderThan)}, and not of the last ${keep} published`;

/** Why nobody needs the table files of a run that has ended. */
const whyTable = (history: History, run: string, bounds: Bounds): string => {
  const outcome = history.runs.get(run)?.outcome;
  if (outcome === undefined) return 'no run is known that wrote it';
  if (outcome === 'rolled back')
    return `rolled back over ${shownDays(bounds.olderThan)} ago`;
  if (outcome === 'unchanged')
    return 'never published: a newer snapshot stayed';
  const isMoved = history.journals.some(
    (journal) => journal.run === run && journal.state === 'done',
  );
  if (isMoved)
    return `replaced, and not needed to roll back ${shownRuns(bounds.keep)} or ${shownDays(bounds.olderThan)}`;
  return 'never published: its run failed or was killed';
};

/** A run without a ledger is one that begins, or of a lake that was damaged. */
const isOver = ({ runs }: History, run: string, now: Date): boolean => {
  const found = runs.get(run);
  if (found) return !found.isRunning;
  const start = startOfRun(run)?.getTime() ?? 0;
  return start < now.getTime() - hours(24) * 1000;
};

/**
 * What nobody needs: not a pointer, a rollback within the bounds, a run that
 * goes on, or a reader of the last hour.
 * @param folders as they were before the history was read.
 */
export const findRemovable = async (
  platform: Platform,
  folders: readonly Item[],
  unfinished: readonly StoreEntry[],
  history: History,
  bounds: Bounds,
): Promise<Removable[]> => {
  const now = platform.clock.now();
  const locations = [...neededLocations(history, bounds, now)];
  const inputs = keptInputs(history, bounds, now);
  const isIdle = ({ run = '' }: Item) => isOver(history, run, now);
  const isInput = ({ kind }: Item) => kind !== 'tables';
  const referred = await referredFolders(
    platform,
    folders.filter(
      (item) =>
        item.kind === 'landing' &&
        (!isIdle(item) || inputs.has(item.run ?? '')),
    ),
  );
  return [
    ...folders.flatMap((item): Removable[] => {
      const run = item.run ?? '';
      if (!isIdle(item)) return [];
      if (isInput(item))
        return inputs.has(run) || referred.has(item.key)
          ? []
          : [{ ...item, why: whyInput(bounds) }];
      const isNeeded = locations.some((l) => l.startsWith(item.key));
      return isNeeded ? [] : [{ ...item, why: whyTable(history, run, bounds) }];
    }),
    ...unfinished
      .filter(({ modified }) => +modified < +now - GRACE * 1000)
      .map(({ key, bytes }) => ({
        kind: 'unfinished' as const,
        key,
        objects: 1,
        bytes,
        why: 'a write that broke off',
      })),
  ];
};

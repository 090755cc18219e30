import type { CatalogTable } from '../../core/catalog.ts';
import { days, hours, type Seconds } from '../../core/duration.ts';
import type { Journal, JournalSide } from '../shared/journal.ts';
import { standing } from '../shared/publishedRuns.ts';
import { type History, timeOf } from './history.ts';

/** What a clean keeps: what is within either bound. */
export interface Bounds {
  readonly keep: number;
  readonly olderThan: Seconds;
}

export const DEFAULT_BOUNDS: Bounds = { keep: 5, olderThan: days(30) };

/**
 * A reader that looked up its files just before they were replaced, or a `plan`
 * that compares with them, has as long to read them, whatever the bounds.
 */
export const GRACE: Seconds = hours(1);

const since = (now: Date, seconds: Seconds) =>
  new Date(now.getTime() - seconds * 1000);

/** The publishes that can be rolled back, now and after the clean. */
export const rollbackTargets = (
  history: History,
  { keep, olderThan }: Bounds,
  now: Date,
): Journal[] =>
  standing(history.journals).filter(
    (journal, i) =>
      i < keep || timeOf(history, journal) > since(now, olderThan),
  );

/** Since when a run that goes on, or a reader, may have looked at pointers. */
const earliestLook = ({ runs }: History, now: Date): Date => {
  const starts = [...runs.values()]
    .filter(({ isRunning }) => isRunning)
    .map(({ startedAt }) => startedAt.getTime());
  return since(new Date(Math.min(now.getTime(), ...starts)), GRACE);
};

const locationsIn = (
  tables: Readonly<Record<string, CatalogTable | null>>,
): string[] =>
  Object.values(tables).flatMap(
    (table) => table?.partitions.map(({ location }) => location) ?? [],
  );

const locationsOf = (side: JournalSide) => locationsIn(side.tables);

/**
 * The locations of all snapshots that somebody needs: readers, a run that goes
 * on, a rollback within the bounds, or a publish that is not closed yet.
 */
export const neededLocations = (
  history: History,
  bounds: Bounds,
  now: Date,
): Set<string> => {
  const { state, journals } = history;
  const looked = earliestLook(history, now);
  const recent = since(now, bounds.olderThan);
  const needed = locationsIn(state.tables);
  for (const journal of rollbackTargets(history, bounds, now))
    needed.push(...locationsOf(journal.before), ...locationsOf(journal.after));
  for (const journal of journals) {
    const time = timeOf(history, journal);
    if (journal.state === 'prepared')
      needed.push(
        ...locationsOf(journal.before),
        ...locationsOf(journal.after),
      );
    // What readers saw until then; for a rollback, what it took back.
    const isLookedAt = time >= looked;
    const isTakenBack = journal.kind === 'rollback' && time > recent;
    if (journal.state === 'done' && (isLookedAt || isTakenBack))
      needed.push(...locationsOf(journal.before));
  }
  return new Set(needed);
};

/** The runs whose landed bytes and rejected records stay. */
export const keptInputs = (
  { runs, journals }: History,
  { keep, olderThan }: Bounds,
  now: Date,
): Set<string> => {
  // The last one's input is what `retry` and an unchanged source go back to.
  const last = standing(journals).slice(0, Math.max(keep, 1));
  const young = [...runs].filter(
    ([, { isRunning, endedAt }]) =>
      isRunning || endedAt > since(now, olderThan),
  );
  return new Set([...last.map(({ run }) => run), ...young.map(([run]) => run)]);
};

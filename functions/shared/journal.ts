import type { CatalogState, CatalogTable } from '../../core/catalog.ts';
import type { Platform } from '../../platform/ports.ts';
import { keys } from './keys.ts';
import { readJson } from './readJson.ts';

/**
 * The moves of one publish, written before the first of them: `undefined` where
 * there was nothing. A rollback is a publish that moves back.
 */
export interface Journal {
  readonly run: string;
  readonly pipeline: string;
  readonly kind: 'publish' | 'rollback';
  /** For a rollback, the run that it takes back. */
  readonly of?: string;
  readonly state: 'prepared' | 'done' | 'undone';
  /** When it was prepared; journals of version 0.1.0 do not say. */
  readonly at?: string;
  /** Since when a clean may have removed what a rollback would bring back. */
  readonly expired?: string;
  /** Whether readers were asked, and found what the run has written. */
  readonly isSeen?: true;
  /** Why they do not: the moves are taken back. */
  readonly refused?: string;
  /** The version of the catalog that the moves lead to. */
  readonly version: number;
  /** The run that had made the version before. */
  readonly previous?: string;
  readonly before: JournalSide;
  readonly after: JournalSide;
}

export interface JournalSide {
  readonly tables: Readonly<Record<string, CatalogTable | null>>;
  readonly watermarks: CatalogState['watermarks'];
}

export const readJournal = (
  platform: Pick<Platform, 'store'>,
  pipeline: string,
  run: string,
): Promise<Journal | undefined> =>
  readJson(platform, keys.journal(pipeline, run));

export const writeJournal = (
  { store }: Pick<Platform, 'store'>,
  journal: Journal,
): Promise<void> =>
  store.write(
    keys.journal(journal.pipeline, journal.run),
    JSON.stringify(journal, null, 1),
  );

/** Puts a side of a journal in place of what the catalog says. */
export const applySide = (
  state: CatalogState,
  side: JournalSide,
  run: string,
): CatalogState => ({
  ...state,
  run,
  watermarks: side.watermarks,
  tables: Object.fromEntries(
    Object.entries({ ...state.tables, ...side.tables }).filter(
      (entry): entry is [string, CatalogTable] => entry[1] !== null,
    ),
  ),
});

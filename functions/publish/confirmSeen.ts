import { PublishError, within } from '../../core/errors.ts';
import type { Platform, PublishedPiece } from '../../platform/ports.ts';
import { type Journal, writeJournal } from '../shared/journal.ts';
import { updateLedger } from '../shared/ledger.ts';

interface Written extends PublishedPiece {
  readonly rows: number;
}

/** What the run of a journal has put where readers look. */
const writtenBy = ({ run, after }: Journal): Written[] =>
  Object.entries(after.tables).flatMap(([table, now]) =>
    (now?.partitions ?? [])
      .filter((snapshot) => snapshot.run === run)
      .map(({ values, rows }) => ({
        ...{ table, values, rows },
        columns: now?.columns ?? [],
      })),
  );

const nameOf = ({ table, values }: PublishedPiece): string =>
  [table, ...Object.entries(values).map((pair) => pair.join('='))].join(' ');

const countSeen = async (
  platform: Platform,
  { pipeline, run }: Journal,
  written: readonly Written[],
): Promise<readonly number[]> => {
  try {
    const { rows, scans } = await platform.readers.count(pipeline, written);
    if (scans)
      await updateLedger(platform, { pipeline, run }, (ledger) => ({
        scans: [...(ledger.scans ?? []), ...scans],
      }));
    return rows;
  } catch (error) {
    throw new PublishError(
      `readers cannot read what was published: ${(error as Error).message}`,
      { pipeline },
      { cause: error },
    );
  }
};

/** @throws PublishError where readers find other numbers of rows. */
const compare = async (platform: Platform, journal: Journal): Promise<void> => {
  const written = writtenBy(journal);
  if (written.length === 0) return;
  const seen = await countSeen(platform, journal, written);
  const differences = written.flatMap((piece, at) =>
    seen[at] === piece.rows
      ? []
      : [`${nameOf(piece)}: ${seen[at]} of ${piece.rows} rows`],
  );
  if (differences.length > 0)
    throw new PublishError(
      `readers do not see what was written: ${differences.join('; ')}`,
      { pipeline: journal.pipeline },
    );
};

/**
 * Ends a publish whose pointers have moved: done where readers find as many
 * rows as the run has written. Else the journal says why not, so that whoever
 * closes it leads readers back, even where this process dies now.
 * @throws PublishError where they do not, or cannot be asked.
 */
export const confirmSeen = async (
  platform: Platform,
  journal: Journal,
): Promise<void> => {
  try {
    await compare(platform, journal);
  } catch (error) {
    const refused = (error as Error).message;
    await writeJournal(platform, { ...journal, state: 'prepared', refused });
    throw within(error, { pipeline: journal.pipeline });
  }
  await writeJournal(platform, { ...journal, state: 'done', isSeen: true });
};

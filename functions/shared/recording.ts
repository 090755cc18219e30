import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a folder of recorded input says of itself. */
export interface Recording {
  /** Its logical date, by `recording.json`. */
  readonly date?: string;
  /** The labels of the periods that have a folder `date=<label>`, sorted. */
  readonly labels: readonly string[];
}

const PREFIX = 'date=';

/** Below a recording: the folder of what belongs to one period alone. */
export const periodFolder = (label: string): string => `${PREFIX}${label}`;

/** Whether a path below a recording belongs to one period alone. */
export const isOfOnePeriod = (path: string): boolean => path.startsWith(PREFIX);

/** Reads what a recording is of; nothing is known of one that is not there. */
export const readRecording = async (folder: string): Promise<Recording> => {
  const body = await readFile(join(folder, 'recording.json'), 'utf8').catch(
    () => '{}',
  );
  const { date } = JSON.parse(body) as { date?: string };
  const names = await readdir(folder).catch((): string[] => []);
  const labels = names
    .filter(isOfOnePeriod)
    .map((name) => name.slice(PREFIX.length))
    .sort();
  return { labels, ...(date !== undefined && { date }) };
};

/** The date of a run that is given none: the recording's own, or its last. */
export const dateOf = ({ date, labels }: Recording): string | undefined =>
  date ?? labels.at(-1);

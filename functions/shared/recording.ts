import { join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { parseDay } from '../../core/period.ts';
import { readdir, readFile } from '../../platform/shortFiles.ts';
import { type Digest, withNamedDigest } from './digest.ts';

/** A file of a recording, as `tributary record` lists it. */
export interface ListedFile {
  /** The path that its records have as their origin. */
  readonly path: string;
  /** Where it is below the recording's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly digest: Digest;
}

/** A request that got no answer, so that its rows are missing. */
export interface FailedRequest {
  readonly url: string;
  readonly error: string;
}

/** What was received of one source. */
export interface RecordedSource {
  /** Whether it is in the live source's form. */
  readonly live?: boolean;
  readonly files: readonly ListedFile[];
  readonly failed?: readonly FailedRequest[];
  /** What the run told of it. */
  readonly notices?: readonly string[];
}

/** What a folder of recorded input says of itself. */
export interface Recording {
  /** Those sources whose files are listed; others are found by their globs. */
  readonly sources?: Readonly<Record<string, RecordedSource>>;
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

const named = (sources: Readonly<Record<string, RecordedSource>>) =>
  Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [
      name,
      { ...source, files: source.files.map(withNamedDigest) },
    ]),
  );

/** @throws UsageError that names the file, where it is not as it should be. */
const parseRecording = (
  folder: string,
  body: string,
): Omit<Recording, 'labels'> => {
  const file = join(folder, 'recording.json');
  try {
    const found = JSON.parse(body) as Omit<Recording, 'labels'>;
    const { date } = found;
    if (date !== undefined)
      parseDay(/^\d{4}-\d\d$/.test(date) ? `${date}-01` : String(date));
    return found.sources ? { ...found, sources: named(found.sources) } : found;
  } catch (cause) {
    const { message } = cause as Error;
    const what =
      cause instanceof UsageError
        ? `its date: ${message}`
        : `no JSON: ${message}`;
    throw new UsageError(`${file}: ${what}`, {}, { cause });
  }
};

/** Reads what a recording is of; nothing is known of one that is not there. */
export const readRecording = async (folder: string): Promise<Recording> => {
  const body = await readFile(join(folder, 'recording.json'), 'utf8').catch(
    () => '{}',
  );
  const { date, sources } = parseRecording(folder, body);
  const names = await readdir(folder).catch((): string[] => []);
  const labels = names
    .filter(isOfOnePeriod)
    .map((name) => name.slice(PREFIX.length))
    .sort();
  return {
    labels,
    ...(date !== undefined && { date }),
    ...(sources && { sources }),
  };
};

/** The date of a run that is given none: the recording's own, or its last. */
export const dateOf = ({ date, labels }: Recording): string | undefined =>
  date ?? labels.at(-1);

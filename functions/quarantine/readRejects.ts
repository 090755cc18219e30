import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Reject } from '../../engine/decode/decoded.ts';
import { kindOf } from '../../engine/decode/rejects.ts';
import type { Platform } from '../../platform/ports.ts';

/** Where rejected records of one source and run are. */
export interface RejectsFile {
  readonly pipeline: string;
  readonly source: string;
  readonly date: string;
  readonly run: string;
  readonly key: string;
}

const KEY =
  /^quarantine\/(?<pipeline>[^/]+)\/(?<source>[^/]+)\/date=(?<date>[^/]+)\/run=(?<run>[^/]+)\/rejects\.ndjson$/;

/** Which of them are wanted; all without. */
export interface RejectsFilter {
  readonly pipeline?: string;
  readonly source?: string;
  readonly run?: string;
}

/** The files of rejected records, those of the last run first. */
export const listRejects = async (
  { store }: Pick<Platform, 'store'>,
  { pipeline, source, run }: RejectsFilter,
): Promise<RejectsFile[]> => {
  const prefix = pipeline === undefined ? '' : `${pipeline}/`;
  const keys = await store.list(`quarantine/${prefix}`);
  return keys
    .flatMap((key) => {
      const found = KEY.exec(key)?.groups;
      return found ? [{ ...found, key } as RejectsFile] : [];
    })
    .filter((file) => source === undefined || file.source === source)
    .filter((file) => run === undefined || file.run === run)
    .sort((a, b) => (a.run < b.run ? 1 : a.run > b.run ? -1 : 0));
};

/** The rejected records of a file, one after the other. */
export async function* readRejects(
  { store }: Pick<Platform, 'store'>,
  { key }: Pick<RejectsFile, 'key'>,
): AsyncGenerator<Reject> {
  const input = createReadStream(await store.local(key));
  await once(input, 'open');
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) if (line) yield JSON.parse(line) as Reject;
}

/** How many records were rejected for each kind of reason, most first. */
export const countRejects = async (
  platform: Pick<Platform, 'store'>,
  file: RejectsFile,
): Promise<{ readonly reason: string; readonly records: number }[]> => {
  const counts = new Map<string, number>();
  for await (const reject of readRejects(platform, file)) {
    const kind = kindOf(reject);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, records]) => ({ reason, records }))
    .sort((a, b) => b.records - a.records);
};

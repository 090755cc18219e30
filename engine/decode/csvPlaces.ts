import { open } from 'node:fs/promises';
import type { LandedFile } from '../input.ts';
import { type CsvDialect, scanCsv } from '../records/scanCsv.ts';
import type { Reject } from './decoded.ts';
import { chunksOf } from './readBytes.ts';

/** Of a longer record the rest is left out: it may be half a file. */
const RAW_BYTES = 1 << 20;

/** Where one record stands; the number counts a file's records from 0. */
export interface CsvPlace extends Pick<Reject, 'line' | 'raw'> {
  readonly number: number;
}

/**
 * Reads a file's records again, to find where some of them stand and what they
 * look like.
 * @param isWanted is asked for each record in order, with its first byte and
 *   the one after its last.
 */
export const findPlaces = async (
  file: LandedFile,
  dialect: CsvDialect,
  isWanted: (number: number, start: number, end: number) => boolean,
): Promise<CsvPlace[]> => {
  const spans: { number: number; line: number; start: number; end: number }[] =
    [];
  let number = -1;
  await scanCsv(chunksOf(file), dialect, (line, start, end) => {
    const isHeader = number === -1;
    if (!isHeader && isWanted(number, start, end))
      spans.push({ number, line, start, end });
    number++;
  });
  const handle = await open(file.local);
  const places: CsvPlace[] = [];
  try {
    for (const { number: at, line, start, end } of spans) {
      const bytes = Buffer.alloc(Math.min(end - start, RAW_BYTES));
      await handle.read(bytes, 0, bytes.length, start + (file.offset ?? 0));
      const cut = end - start > RAW_BYTES ? '…' : '';
      const raw = bytes.toString('utf8').replace(/\r$/, '') + cut;
      places.push({ number: at, line, raw });
    }
  } finally {
    await handle.close();
  }
  return places;
};

/**
 * The records that hold the given bytes, each with the first of these: the
 * engine names a record by a byte in it, or by the line end before it.
 */
export const placesAt = async (
  file: LandedFile,
  dialect: CsvDialect,
  bytes: readonly number[],
): Promise<{ readonly byte: number; readonly place: CsvPlace }[]> => {
  const sorted = [...bytes].sort((a, b) => a - b);
  const hits: number[] = [];
  let next = 0;
  const places = await findPlaces(file, dialect, (_number, _start, end) => {
    const byte = sorted[next];
    if (byte === undefined || byte >= end) return false;
    hits.push(byte);
    while ((sorted[next] ?? end) < end) next++;
    return true;
  });
  return places.map((place, i) => ({ byte: hits[i] ?? 0, place }));
};

import { SourceError } from '../../core/errors.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import type { CsvDialect } from '../records/scanCsv.ts';
import { ident } from '../sql.ts';
import { placesAt } from './csvPlaces.ts';
import type { Reject } from './decoded.ts';
import { refuseEncoding } from './readBytes.ts';

/** Files that were read together, and where the engine noted what it refused. */
export interface ReadFiles {
  readonly files: readonly LandedFile[];
  readonly columns: number;
  readonly errors: string;
  readonly scans: string;
}

const COLUMNS = /Expected Number of Columns: (\d+) Found: (\d+)/;

/** The engine stops to count one column beyond those that it expects. */
const reasonOf = (message: string): string => {
  const reason = message.replace(/\s+/g, ' ').trim();
  const [, expected, found] = COLUMNS.exec(reason) ?? [];
  return Number(found) > Number(expected) ? `${reason} or more` : reason;
};

/** The records that the engine refused, and by file their numbers. */
export interface CsvRejects {
  readonly broken: readonly Reject[];
  readonly refused: ReadonlyMap<LandedFile, ReadonlySet<number>>;
}

const SEVERED = /unterminated quote/;

/** Whether a quote of the record was not closed, or something followed it. */
export const isSevered = ({ reason }: Reject): boolean => SEVERED.test(reason);

/**
 * A quote in the wrong place makes one record of many: these would be lost as
 * one reject, so the run fails.
 */
const refuseSwallowed = (
  { raw, path, line }: Reject,
  separator: string,
  columns: number,
) => {
  const [, ...rest] = raw.split('\n');
  if (rest.some((row) => row.split(separator).length >= columns))
    throw new SourceError(
      'a quote opens here that is never closed, or closed in the wrong ' +
        'place: it takes in records that follow',
      { file: path, line },
    );
};

/**
 * The engine counts bytes from 1. Where a quote is not closed it may name the
 * line before, but then the byte is that of the quote.
 */
const BYTE =
  "CASE WHEN e.error_type = 'UNQUOTED VALUE' THEN e.byte_position " +
  'ELSE e.line_byte_position END - 1';

const errorsOf = async (db: Database, { errors, scans }: ReadFiles) =>
  db.rows(
    `SELECT s.file_path AS path, ${BYTE} AS byte, ` +
      'first(e.error_type) AS type, first(e.error_message) AS message ' +
      `FROM ${ident(errors)} e JOIN ${ident(scans)} s ` +
      'USING (scan_id, file_id) GROUP BY ALL',
  );

/**
 * What the engine's CSV reader refused, each record with its place in the file.
 * @throws SourceError where the encoding is wrong, or records are swallowed.
 */
export const readCsvRejects = async (
  db: Database,
  groups: readonly ReadFiles[],
  dialect: CsvDialect,
): Promise<CsvRejects> => {
  const broken: Reject[] = [];
  const refused = new Map<LandedFile, Set<number>>();
  for (const group of groups) {
    const errors = Map.groupBy(await errorsOf(db, group), (row) => row.path);
    for (const file of group.files) {
      const found = errors.get(file.local);
      if (!found) continue;
      if (found.some(({ type }) => /UNICODE|ENCODING/i.test(String(type))))
        await refuseEncoding(file);
      const messages = new Map(
        found.map(({ byte, message }) => [Number(byte), String(message)]),
      );
      const places = await placesAt(file, dialect, [...messages.keys()]);
      for (const { byte, place } of places) {
        const reason = reasonOf(messages.get(byte) ?? '');
        const { line, raw } = place;
        const reject = { path: file.path, line, reason, raw };
        refuseSwallowed(reject, dialect.separator, group.columns);
        broken.push(reject);
      }
      refused.set(file, new Set(places.map(({ place }) => place.number)));
    }
  }
  return { broken, refused };
};

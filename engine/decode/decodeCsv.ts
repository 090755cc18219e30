import { join } from 'node:path';
import { SourceError, TributaryError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import { ident } from '../sql.ts';
import { watchContract } from './contract.ts';
import {
  type CsvForm,
  type Group,
  groupByHeader,
  selectGroup,
} from './csvGroups.ts';
import { findPlaces } from './csvPlaces.ts';
import { type CsvRejects, isSevered, readCsvRejects } from './csvRejects.ts';
import type { Decoded, Reject } from './decoded.ts';
import { transcode } from './readBytes.ts';
import { unifyLineEnds } from './unifyLineEnds.ts';

/** Makes a copy of each file, which stands for it from then on. */
const copies = (
  files: readonly LandedFile[],
  workDir: string,
  name: string,
  copy: (file: LandedFile, target: string) => Promise<void>,
): Promise<LandedFile[]> =>
  Promise.all(
    files.map(async (file, i) => {
      const local = join(workDir, `${name}-${i}.csv`);
      await copy(file, local);
      const { offset: _, ...rest } = file;
      return { ...rest, local };
    }),
  );

const MIXED = /state machine reached an invalid state/;

/** The engine's error without its list of settings, and in which file. */
const explain = (error: unknown, files: readonly LandedFile[]): unknown => {
  if (error instanceof TributaryError || !(error instanceof Error))
    return error;
  const [reason = ''] = error.message.split('\n');
  const file = files.find(({ local }) => error.message.includes(local));
  return new SourceError(reason, file ? { file: file.path } : {}, {
    cause: error,
  });
};

/** What was read of a source's files, and what was refused. */
interface Attempt extends CsvRejects, Pick<Decoded, 'schema'> {
  readonly groups: readonly Group[];
  readonly rows: number;
}

/**
 * Decodes CSV files. Each header is compared with the declaration; files with
 * other columns or another order of them are read apart.
 * @throws SourceError for a wrong header or encoding, and where the rows that
 *   were read are not those that landed.
 */
export const decodeCsv = async (
  db: Database,
  source: PlanSource,
  landed: readonly LandedFile[],
  workDir: string,
): Promise<Decoded> => {
  const form = source.form as CsvForm;
  const { name } = source;
  const rowsTable = ident(`_${name}_rows`);
  // A column of that name would stand in the way of the engine's number.
  const hasRowid = source.columns.some((column) => column.name === 'rowid');
  const hidden = hasRowid ? ' RENAME (rowid AS _rowid)' : '';
  const shown = hasRowid ? ' RENAME (_rowid AS rowid)' : '';
  const expected = landed.reduce((sum, { records }) => sum + records, 0);
  const read = async (
    files: readonly LandedFile[],
    prefix: string,
  ): Promise<Attempt> => {
    const contract = watchContract(source);
    const groups = await groupByHeader(files, form, prefix, contract);
    const selects = groups.map((group) => selectGroup(source, group, form));
    // Many threads keep the order; to number rows by a window takes one thread.
    const { Count: count } = await db.row(
      `CREATE OR REPLACE TEMP TABLE ${rowsTable} AS ` +
        `SELECT *${hidden} FROM (${selects.join(' UNION ALL ')})`,
    );
    const rows = Number(count);
    const schema = contract.differences();
    return rows === expected
      ? { groups, rows, schema, broken: [], refused: new Map() }
      : { groups, rows, schema, ...(await readCsvRejects(db, groups, form)) };
  };
  const inUtf8 =
    form.encoding === 'utf-8'
      ? landed
      : await copies(landed, workDir, `${name}.utf8`, transcode);
  const addsUp = ({ rows, broken }: Attempt) =>
    rows + broken.length === expected;
  const attempt = await read(inUtf8, `_${name}`).catch((error: unknown) => {
    if (MIXED.test(String(error))) return undefined;
    throw explain(error, inUtf8);
  });
  // Mixed line ends stop the engine, or look as if text followed a quote.
  const severed =
    attempt && addsUp(attempt)
      ? new Set(attempt.broken.filter(isSevered).map(({ path }) => path))
      : new Set(inUtf8.map(({ path }) => path));
  const mixed = inUtf8.filter(({ path }) => severed.has(path));
  const plain = await copies(mixed, workDir, `${name}.lf`, (file, target) =>
    unifyLineEnds(file, form, target),
  );
  const files = inUtf8.map((file) => plain[mixed.indexOf(file)] ?? file);
  const last =
    attempt && mixed.length === 0
      ? attempt
      : await read(files, `_${name}_lf`).catch((error: unknown) => {
          throw explain(error, files);
        });
  const { groups, rows, broken, refused, schema } = last;
  if (!addsUp(last))
    throw new SourceError(
      `${expected} records landed, but ${rows} were read and ` +
        `${broken.length} refused: look for a quote that is never closed, ` +
        'or for lines that end in CR alone',
      broken[0] ? { file: broken[0].path, line: broken[0].line } : {},
    );
  return {
    relation: `(SELECT *${shown} FROM (SELECT *, rowid + 1 AS _row FROM ${rowsTable}))`,
    broken,
    schema,
    locate: (wanted) => locate(wanted, groups, form, refused),
  };
};

/** Reads the files again, only to find where the given rows stand. */
const locate = async (
  rows: readonly bigint[],
  groups: readonly Group[],
  form: CsvForm,
  refused: CsvRejects['refused'],
): Promise<Map<bigint, Omit<Reject, 'reason'>>> => {
  const wanted = new Set(rows);
  const found = new Map<bigint, Omit<Reject, 'reason'>>();
  let row = 0n;
  for (const group of groups) {
    for (const file of group.files) {
      const skipped = refused.get(file);
      const at = new Map<number, bigint>();
      const places = await findPlaces(file, form, (number) => {
        if (skipped?.has(number)) return false;
        row++;
        if (wanted.has(row)) at.set(number, row);
        return wanted.has(row);
      });
      for (const { number, line, raw } of places)
        found.set(at.get(number) ?? 0n, { path: file.path, line, raw });
    }
  }
  return found;
};

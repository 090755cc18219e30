import { join } from 'node:path';
import { SourceError, TributaryError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Form } from '../../core/source.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import { ident, list, text } from '../sql.ts';
import { checkNames, inputName } from './checkNames.ts';
import { fromText } from './columnSql.ts';
import { readHeader } from './csvHeader.ts';
import { findPlaces } from './csvPlaces.ts';
import {
  type CsvRejects,
  type ReadFiles,
  readCsvRejects,
} from './csvRejects.ts';
import type { Decoded, Reject } from './decoded.ts';
import { decodeSelect } from './decodeSelect.ts';
import { transcode } from './readBytes.ts';
import { unifyLineEnds } from './unifyLineEnds.ts';

type CsvForm = Extract<Form, { format: 'csv' }>;

/** Files one after the other that have the same header. */
interface Group extends ReadFiles {
  readonly header: readonly string[];
  readonly files: LandedFile[];
  /** The number of records before the group. */
  readonly base: number;
}

const groupByHeader = async (
  files: readonly LandedFile[],
  source: PlanSource,
  form: CsvForm,
  name: string,
): Promise<Group[]> => {
  const groups: Group[] = [];
  let base = 0;
  for (const file of files) {
    const header = await readHeader(file, form);
    checkNames(source, header, file.path);
    const last = groups.at(-1);
    if (last?.header.join('\n') === header.join('\n')) last.files.push(file);
    else
      groups.push({
        header,
        files: [file],
        base,
        columns: header.length,
        errors: `${name}_${groups.length}_errors`,
        scans: `${name}_${groups.length}_scans`,
      });
    base += file.records;
  }
  return groups;
};

/** Makes a copy of each file, which stands for it from then on. */
const copies = (
  files: readonly LandedFile[],
  target: (i: number) => string,
  copy: (file: LandedFile, target: string) => Promise<void>,
): Promise<LandedFile[]> =>
  Promise.all(
    files.map(async (file, i) => {
      const local = target(i);
      await copy(file, local);
      const { offset: _, ...rest } = file;
      return { ...rest, local };
    }),
  );

const readCsv = (group: Group, form: CsvForm): string => {
  const columns = group.header.map((_, i) => `c${i}: 'VARCHAR'`).join(', ');
  const read =
    `read_csv(${list(group.files.map(({ local }) => local))}, ` +
    'auto_detect = false, header = true, strict_mode = true, ' +
    `delim = ${text(form.separator)}, quote = ${text(form.quote)}, ` +
    `escape = ${text(form.quote)}, columns = {${columns}}, ` +
    `store_rejects = true, rejects_limit = 0, rejects_table = ` +
    `${text(group.errors)}, rejects_scan = ${text(group.scans)}, ` +
    'allow_quoted_nulls = false)';
  // With one column, a blank line would be a row; "" is one.
  return group.columns > 1 ? read : `(FROM ${read} WHERE c0 IS NOT NULL)`;
};

const select = (source: PlanSource, group: Group, form: CsvForm) =>
  decodeSelect(
    source.columns.map((column) => ({
      column,
      sql: fromText(`c${group.header.indexOf(inputName(column))}`, column),
    })),
    {
      from: readCsv(group, form),
      carry: { _row: `row_number() OVER () + ${group.base}` },
    },
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
  const relation = ident(`_${name}_decoded`);
  const read = async (from: readonly LandedFile[], prefix: string) => {
    const groups = await groupByHeader(from, source, form, prefix);
    const selects = groups.map((group) => select(source, group, form));
    const { Count: rows } = await db.row(
      `CREATE TEMP TABLE ${relation} AS ${selects.join(' UNION ALL ')}`,
    );
    return { groups, rows: Number(rows) };
  };
  let files = landed;
  if (form.encoding !== 'utf-8')
    files = await copies(
      files,
      (i) => join(workDir, `${name}-${i}.utf8.csv`),
      transcode,
    );
  const { groups, rows } = await read(files, `_${name}`).catch(
    async (error: unknown) => {
      if (!MIXED.test(String(error))) throw explain(error, files);
      files = await copies(
        files,
        (i) => join(workDir, `${name}-${i}.lf.csv`),
        (file, target) => unifyLineEnds(file, form, target),
      );
      return read(files, `_${name}_lf`).catch((again: unknown) => {
        throw explain(again, files);
      });
    },
  );
  const expected = files.reduce((sum, { records }) => sum + records, 0);
  const { broken, refused }: CsvRejects =
    rows === expected
      ? { broken: [], refused: new Map() }
      : await readCsvRejects(db, groups, form);
  if (rows + broken.length !== expected)
    throw new SourceError(
      `${expected} records landed, but ${rows} were read and ` +
        `${broken.length} refused: look for a quote that is never closed, ` +
        'or for lines that end in CR alone',
      broken[0] ? { file: broken[0].path, line: broken[0].line } : {},
    );
  return {
    relation,
    broken,
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
  for (const group of groups) {
    let row = BigInt(group.base);
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

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { SourceError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Form } from '../../core/source.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import { scanCsv } from '../records/scanCsv.ts';
import { ident, list, text } from '../sql.ts';
import { checkNames, inputName } from './checkNames.ts';
import { fromText } from './columnSql.ts';
import type { Decoded, Reject } from './decoded.ts';
import { decodeSelect } from './decodeSelect.ts';
import { chunksOf, refuseEncoding, transcode } from './readBytes.ts';

type CsvForm = Extract<Form, { format: 'csv' }>;

/** Files one after the other that have the same header. */
interface Group {
  readonly header: readonly string[];
  readonly files: LandedFile[];
  /** The number of records before the group. */
  readonly base: number;
}

const HEADER_BYTES = 1 << 16;

const readHeader = async (
  file: LandedFile,
  form: CsvForm,
): Promise<string[]> => {
  const handle = await open(file.local);
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(HEADER_BYTES),
      0,
      HEADER_BYTES,
      file.offset ?? 0,
    );
    const [header = []] = parse(buffer.subarray(0, bytesRead), {
      bom: true,
      delimiter: form.separator,
      quote: form.quote,
      to: 1,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as string[][];
    return header.map((name) => name.trim());
  } finally {
    await handle.close();
  }
};

const groupByHeader = async (
  files: readonly LandedFile[],
  source: PlanSource,
  form: CsvForm,
): Promise<Group[]> => {
  const groups: Group[] = [];
  let base = 0;
  for (const file of files) {
    const header = await readHeader(file, form);
    checkNames(source, header, file.path);
    const last = groups.at(-1);
    if (last?.header.join('\n') === header.join('\n')) last.files.push(file);
    else groups.push({ header, files: [file], base });
    base += file.records;
  }
  return groups;
};

const utf8Copies = async (
  files: readonly LandedFile[],
  form: CsvForm,
  workDir: string,
  name: string,
): Promise<LandedFile[]> =>
  Promise.all(
    files.map(async (file, i) => {
      if (form.encoding === 'utf-8') return file;
      const local = join(workDir, `${name}-${i}.utf8.csv`);
      await transcode(file, local);
      const { offset: _, ...rest } = file;
      return { ...rest, local };
    }),
  );

const readCsv = (group: Group, form: CsvForm, rejects: string): string => {
  const columns = group.header.map((_, i) => `c${i}: 'VARCHAR'`).join(', ');
  return (
    `read_csv(${list(group.files.map(({ local }) => local))}, ` +
    'auto_detect = false, header = true, strict_mode = true, ' +
    `delim = ${text(form.separator)}, quote = ${text(form.quote)}, ` +
    `escape = ${text(form.quote)}, columns = {${columns}}, ` +
    `store_rejects = true, rejects_limit = 0, rejects_table = ` +
    `${text(`${rejects}_errors`)}, rejects_scan = ${text(`${rejects}_scans`)})`
  );
};

const readRejects = async (
  db: Database,
  groups: readonly Group[],
  name: string,
): Promise<Reject[]> => {
  const rejects: Reject[] = [];
  for (const [g, group] of groups.entries()) {
    const [errors, scans] = [`_${name}_${g}_errors`, `_${name}_${g}_scans`];
    const rows = await db.rows(
      `SELECT s.file_path AS path, e.line AS line, ` +
        'first(e.csv_line) AS raw, first(e.error_type) AS type, ' +
        'first(e.error_message) AS message ' +
        `FROM ${ident(errors)} e JOIN ${ident(scans)} s ` +
        'USING (scan_id, file_id) GROUP BY ALL ORDER BY ALL',
    );
    const paths = new Map(group.files.map((file) => [file.local, file]));
    for (const { path, line, raw, type, message } of rows) {
      const file = paths.get(String(path));
      if (/UNICODE|ENCODING/i.test(String(type)) && file)
        await refuseEncoding(file);
      rejects.push({
        path: file?.path ?? String(path),
        line: Number(line),
        reason: String(message).replace(/\s+/g, ' ').trim(),
        raw: String(raw ?? ''),
      });
    }
  }
  return rejects;
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
  const files = await utf8Copies(landed, form, workDir, source.name);
  const groups = await groupByHeader(files, source, form);
  const selects = groups.map((group, g) =>
    decodeSelect(
      source.columns.map((column) => ({
        column,
        sql: fromText(`c${group.header.indexOf(inputName(column))}`, column),
      })),
      {
        from: readCsv(group, form, `_${source.name}_${g}`),
        carry: { _row: `row_number() OVER () + ${group.base}` },
      },
    ),
  );
  const relation = ident(`_${source.name}_decoded`);
  const { Count: n } = await db.row(
    `CREATE TEMP TABLE ${relation} AS ${selects.join(' UNION ALL ')}`,
  );
  const expected = files.reduce((sum, { records }) => sum + records, 0);
  const broken =
    Number(n) === expected ? [] : await readRejects(db, groups, source.name);
  if (Number(n) + broken.length !== expected)
    throw new SourceError(
      `${expected} records landed, but ${n} were read and ${broken.length} ` +
        'refused: look for a quote that is never closed' +
        (broken[0]
          ? `, first in ${broken[0].path}, line ${broken[0].line}`
          : ''),
      { source: source.name },
    );
  return {
    relation,
    broken,
    locate: (rows) => locate(rows, groups, form, broken),
  };
};

/** Reads the files again, only to find where the given rows stand. */
const locate = async (
  rows: readonly bigint[],
  groups: readonly Group[],
  form: CsvForm,
  broken: readonly Reject[],
): Promise<Map<bigint, Omit<Reject, 'reason'>>> => {
  const wanted = new Set(rows);
  const found = new Map<bigint, Omit<Reject, 'reason'>>();
  const refused = new Set(broken.map(({ path, line }) => `${line} ${path}`));
  for (const group of groups) {
    let row = BigInt(group.base);
    for (const file of group.files) {
      const spans: { row: bigint; line: number; start: number; end: number }[] =
        [];
      let isHeader = true;
      await scanCsv(chunksOf(file), form, (line, start, end) => {
        if (isHeader) {
          isHeader = false;
          return;
        }
        if (refused.has(`${line} ${file.path}`)) return;
        row++;
        if (wanted.has(row)) spans.push({ row, line, start, end });
      });
      if (spans.length === 0) continue;
      const handle = await open(file.local);
      try {
        for (const { row: at, line, start, end } of spans) {
          const buffer = Buffer.alloc(end - start);
          await handle.read(
            buffer,
            0,
            buffer.length,
            start + (file.offset ?? 0),
          );
          const raw = buffer.toString('utf8').replace(/\r$/, '');
          found.set(at, { path: file.path, line, raw });
        }
      } finally {
        await handle.close();
      }
    }
  }
  return found;
};

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { PlanColumn, PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import { ident, text } from '../sql.ts';
import { checkNames, inputName } from './checkNames.ts';
import { type ColumnSql, fromText } from './columnSql.ts';
import type { Decoded } from './decoded.ts';
import { decodeSelect } from './decodeSelect.ts';
import { linesOf } from './readBytes.ts';
import { recordsOf } from './recordsOf.ts';

/** Writes all records as JSON lines with their places, for one quick read. */
const writeRecords = async (
  source: PlanSource,
  files: readonly LandedFile[],
  target: string,
): Promise<number> => {
  const out = createWriteStream(target);
  let longest = 0;
  let row = 0;
  let batch = '';
  for (const file of files) {
    for (const record of recordsOf(source, file, await linesOf(file, files))) {
      row++;
      const line = `${JSON.stringify({ n: row, f: file.path, ...record })}\n`;
      longest = Math.max(longest, line.length * 3);
      batch += line;
      if (batch.length < 1 << 20) continue;
      if (!out.write(batch)) await once(out, 'drain');
      batch = '';
    }
  }
  out.end(batch);
  await once(out, 'close');
  return longest;
};

const columnSql = (column: PlanColumn): ColumnSql => {
  if (column.origin === 'path') return { input: 'f', value: (v) => v };
  if (column.origin === 'line') return { input: 'l', value: (v) => v };
  const name = inputName(column);
  const [from, member] = name.startsWith('/')
    ? ['p', name.slice(1)]
    : ['j', name];
  return fromText(`${from} ->> ${text(`$."${member}"`)}`, column);
};

/**
 * Decodes files of JSON, of value lists and of plain text: whatever becomes
 * JSON objects first, each with its place.
 */
export const decodeJson = async (
  db: Database,
  source: PlanSource,
  files: readonly LandedFile[],
  workDir: string,
): Promise<Decoded> => {
  const target = join(workDir, `${source.name}.records.ndjson`);
  const longest = await writeRecords(source, files, target);
  const relation = ident(`_${source.name}_decoded`);
  const records =
    `(SELECT n, f, l, t, ` +
    'TRY_CAST(j AS JSON) AS j, TRY_CAST(p AS JSON) AS p ' +
    `FROM read_json(${text(target)}, format = 'newline_delimited', ` +
    `maximum_object_size = ${Math.max(longest, 1 << 20)}, columns = ` +
    "{n: 'BIGINT', f: 'VARCHAR', l: 'BIGINT', t: 'VARCHAR', " +
    "j: 'VARCHAR', p: 'VARCHAR'}))";
  await checkKeys(db, source, records, files);
  const select = decodeSelect(
    source.columns.map((column) => ({ column, sql: columnSql(column) })),
    {
      from: records,
      carry: { _row: 'n' },
      broken: "j IS NULL OR json_type(j) <> 'OBJECT'",
    },
  );
  await db.run(`CREATE TEMP TABLE ${relation} AS ${select}`);
  return {
    relation,
    broken: [],
    locate: async (rows) => {
      const found = await db.rows(
        `SELECT n, f, l, t FROM ${records} WHERE n IN (${rows.join(', ')})`,
      );
      return new Map(
        found.map(({ n, f, l, t }) => [
          BigInt(n as bigint),
          { path: String(f), line: Number(l), raw: String(t) },
        ]),
      );
    },
  };
};

/** An object may lack a key; a whole source that lacks it was renamed. */
const checkKeys = async (
  db: Database,
  source: PlanSource,
  records: string,
  files: readonly LandedFile[],
): Promise<void> => {
  if (source.form.format !== 'json') return;
  const rows = await db.rows(
    `SELECT k, min(f) AS f FROM (SELECT f, unnest(json_keys(j)) AS k ` +
      `FROM ${records} WHERE json_type(j) = 'OBJECT') GROUP BY k`,
  );
  if (rows.length === 0) return;
  const found = rows.map(({ k }) => String(k));
  const unused = new Set(source.form.unused);
  const declared = new Set(source.columns.map(inputName));
  const added = rows.find(
    ({ k }) => !unused.has(String(k)) && !declared.has(String(k)),
  );
  checkNames(source, found, String(added?.f ?? files[0]?.path));
};

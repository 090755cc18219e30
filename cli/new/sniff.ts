import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { ColumnType } from '../../core/column.ts';
import { UsageError } from '../../core/errors.ts';
import { type Database, openDatabase } from '../../engine/database.ts';
import { ident, text } from '../../engine/sql.ts';
import { copyTo } from './copyTo.ts';
import {
  columnNames,
  type DraftColumn,
  type DraftInput,
  quoted,
} from './draft.ts';
import { sniffCsv } from './sniffCsv.ts';
import {
  keyOf,
  reservedWords,
  SAMPLE,
  sampleNames,
  typeOf,
} from './sniffed.ts';

const EXTENSIONS = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.json': 'json',
  '.jsonl': 'json',
  '.ndjson': 'json',
  '.parquet': 'parquet',
} as const;

const describe = async (db: Database, from: string) => {
  const found = await db.rows(`DESCRIBE SELECT * FROM ${from}`);
  const names = columnNames(
    found.map((row) => String(row.column_name)),
    await reservedWords(db),
  );
  return found.map((row, i) => ({
    from: String(row.column_name),
    name: names[i] ?? '',
    type: typeOf(String(row.column_type)),
  }));
};

const isTyped = <T extends { readonly type: ColumnType | undefined }>(
  column: T,
): column is T & { readonly type: ColumnType } => column.type !== undefined;

const sniffTyped = async (
  db: Database,
  file: string,
  kind: 'json' | 'parquet',
): Promise<DraftInput> => {
  const names = sampleNames(file);
  const from = `read_${kind}(${text(file)})`;
  const found = await describe(db, from);
  const columns = found.filter(isTyped);
  // Lists and structures: the engine does not look into them.
  const unused = found.filter((column) => !isTyped(column));
  if (columns.length === 0)
    throw new UsageError(`${file} has no column of a plain type`);
  const sample = `SELECT * FROM ${from} LIMIT ${SAMPLE}`;
  const values = columns.map(
    (c) => `nullif(trim(CAST(${ident(c.from)} AS VARCHAR)), '')`,
  );
  const rows = await db.rows(`SELECT [${values.join()}] AS v FROM (${sample})`);
  return {
    kind,
    files: names.files,
    options:
      unused.length > 0
        ? [`unused: [${unused.map((c) => quoted(c.from)).join(', ')}]`]
        : [],
    columns: columns.map(
      ({ name, type, from: named }): DraftColumn => ({
        name,
        type,
        ...(named !== name && { options: [`from: ${quoted(named)}`] }),
      }),
    ),
    leftOut: unused.map((column) => column.from),
    key: await keyOf(db, from, columns),
    sample: { [names.sample]: await copyTo(db, sample, kind) },
    rows: rows.map(({ v }) => v as (string | null)[]),
  };
};

/**
 * Takes the columns of a file as DuckDB sniffs them, and its first records.
 * @throws UsageError for a file that is not there, or of which no rows can be
 *   read.
 */
export const sniff = async (given: string): Promise<DraftInput> => {
  const file = resolve(given);
  const kind = EXTENSIONS[extname(file) as keyof typeof EXTENSIONS];
  if (!kind)
    throw new UsageError(
      `${given}: the name ends in none of ${Object.keys(EXTENSIONS).join(', ')}`,
    );
  if (!(await stat(file).catch(() => undefined))?.isFile())
    throw new UsageError(`there is no file ${file}`);
  const db = await openDatabase({ spillDir: '.' });
  try {
    return kind === 'csv'
      ? await sniffCsv(db, file)
      : await sniffTyped(db, file, kind);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const [reason] = (error as Error).message.split('\n');
    throw new UsageError(`${given}: ${reason}`, {}, { cause: error });
  } finally {
    db.close();
  }
};

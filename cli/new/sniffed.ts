import { basename, extname } from 'node:path';
import type { ColumnType } from '../../core/column.ts';
import type { Database } from '../../engine/database.ts';
import { ident } from '../../engine/sql.ts';

/** So many records of the file become the sample. */
export const SAMPLE = 20;

/** DuckDB's type as one of ours; undefined where there is none. */
export const typeOf = (duck: string): ColumnType | undefined => {
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(duck);
  if (decimal) return `decimal(${Number(decimal[1])},${Number(decimal[2])})`;
  if (/^U?(TINYINT|SMALLINT)$|^INTEGER$/.test(duck)) return 'int';
  if (/^(BIGINT|UINTEGER)$/.test(duck)) return 'bigint';
  if (/^(DOUBLE|FLOAT)$/.test(duck)) return 'double';
  if (/^TIMESTAMP(_S|_MS)?$/.test(duck)) return 'timestamp';
  if (duck === 'DATE') return 'date';
  if (duck === 'BOOLEAN') return 'boolean';
  return /^(VARCHAR|UUID|TIME)$/.test(duck) ? 'string' : undefined;
};

/** The first column that tells all rows apart, if it looks like a key. */
export const keyOf = async (
  db: Database,
  from: string,
  columns: readonly { readonly name: string; readonly from: string }[],
): Promise<string[]> => {
  const [likely] = columns.filter(
    ({ name }, i) => i === 0 || name === 'id' || name.endsWith('_id'),
  );
  if (!likely) return [];
  const column = ident(likely.from);
  const { isKey } = await db.row(
    `SELECT count(*) = count(DISTINCT ${column}) AS "isKey" FROM ${from}`,
  );
  return isKey ? [likely.name] : [];
};

/** What a file is called in `sample/`, and the glob that finds its like. */
export const sampleNames = (
  file: string,
): { readonly sample: string; readonly files: string } => {
  const end = extname(file);
  const plain = basename(file, end).replace(/[^\w.-]/g, '_');
  // `recording.json` lies beside it and is no input.
  const stem = plain.startsWith('recording') ? `input_${plain}` : plain;
  return { sample: `${stem}${end}`, files: `${stem}*${end}` };
};

/** The words that no column can have for a name without quotes. */
export const reservedWords = async (db: Database): Promise<Set<string>> => {
  const rows = await db.rows(
    "SELECT keyword_name AS word FROM duckdb_keywords() WHERE keyword_category NOT IN ('unreserved', 'column_name')",
  );
  return new Set(rows.map(({ word }) => String(word)));
};

import { SourceError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import { ident, list, text } from '../sql.ts';
import { checkNames, inputName } from './checkNames.ts';
import { fromPhysical } from './columnSql.ts';
import type { Decoded, Locate, Reject } from './decoded.ts';
import { allGoodOf, decodeSelect } from './decodeSelect.ts';

/** Rows that a file may have, so that file and row make one number. */
const FILE_ROWS = 1n << 36n;
const FLAT = 'hive_partitioning = false';

const schemaOf = async (
  db: Database,
  source: PlanSource,
  file: LandedFile,
): Promise<Map<string, string>> => {
  try {
    const rows = await db.rows(
      `DESCRIBE SELECT * FROM read_parquet(${text(file.local)}, ` +
        'hive_partitioning = false)',
    );
    return new Map(
      rows.map((row) => [String(row.column_name), String(row.column_type)]),
    );
  } catch (cause) {
    throw new SourceError(
      `the file is no whole Parquet file: ${(cause as Error).message}`,
      { source: source.name, file: file.path },
      { cause },
    );
  }
};

/**
 * Decodes Parquet files in place: nothing is copied, each reader of the
 * relation reads just the columns that it needs.
 * @throws SourceError for a missing or added column, and for a type that
 *   cannot become the declared one.
 */
export const decodeParquet = async (
  db: Database,
  source: PlanSource,
  files: readonly LandedFile[],
): Promise<Decoded> => {
  let types = new Map<string, string>();
  for (const file of files) {
    types = await schemaOf(db, source, file);
    checkNames(source, [...types.keys()], file.path);
    for (const column of source.columns) {
      const name = inputName(column);
      const found = types.get(name) ?? '';
      if (fromPhysical(name, found, column)) continue;
      throw new SourceError(
        `column "${name}" is ${found} in the file, but ${column.name} is ` +
          `declared as ${column.type}`,
        { source: source.name, file: file.path, column: column.name },
      );
    }
  }
  const paths = list(files.map(({ local }) => local));
  const columns = source.columns.flatMap((column) => {
    const name = inputName(column);
    const sql = fromPhysical(ident(name), types.get(name) ?? '', column);
    return sql ? [{ column, sql }] : [];
  });
  const select = decodeSelect(columns, {
    from: `read_parquet(${paths}, file_row_number = true, ${FLAT})`,
    carry: {
      _row: `CAST(file_index AS BIGINT) * ${FILE_ROWS} + file_row_number`,
    },
  });
  const relation = ident(`_${source.name}_decoded`);
  await db.run(`CREATE TEMP VIEW ${relation} AS ${select}`);
  return {
    relation,
    allGood: allGoodOf(columns),
    broken: [],
    bounds: async (name) => {
      const column = source.columns.find((c) => c.name === name);
      return column ? readBounds(db, paths, inputName(column)) : undefined;
    },
    locate: (rows) => locate(db, files, rows),
  };
};

/** From the files' footers, where every row group states them. */
const readBounds = async (
  db: Database,
  paths: string,
  name: string,
): Promise<readonly [bigint, bigint] | undefined> => {
  const { low, high, isWhole } = await db.row(
    'SELECT min(floor(TRY_CAST(stats_min_value AS DOUBLE)))::BIGINT AS low, ' +
      'max(ceil(TRY_CAST(stats_max_value AS DOUBLE)))::BIGINT AS high, ' +
      'bool_and(stats_min_value IS NOT NULL) AS isWhole ' +
      `FROM parquet_metadata(${paths}) WHERE path_in_schema = ${text(name)}`,
  );
  return isWhole && low != null && high != null
    ? [BigInt(low as bigint), BigInt(high as bigint)]
    : undefined;
};

/** Looks each row up in its own file; its raw text is the row as JSON. */
const locate: (
  db: Database,
  files: readonly LandedFile[],
  rows: readonly bigint[],
) => ReturnType<Locate> = async (db, files, rows) => {
  const found = new Map<bigint, Omit<Reject, 'reason'>>();
  const byFile = Map.groupBy(rows, (row) => row / FILE_ROWS);
  for (const [index, inFile] of byFile) {
    const file = files[Number(index)];
    if (!file) continue;
    const numbers = inFile.map((row) => row % FILE_ROWS);
    const lines = await db.rows(
      'SELECT file_row_number AS n, CAST(json_merge_patch(to_json(r), ' +
        `'{"file_row_number": null}') AS VARCHAR) AS t FROM ` +
        `(SELECT * FROM read_parquet(${text(file.local)}, ` +
        `file_row_number = true, ${FLAT})) r ` +
        `WHERE file_row_number IN (${numbers.join(', ')})`,
    );
    for (const { n, t } of lines) {
      const row = BigInt(n as bigint);
      found.set(index * FILE_ROWS + row, {
        path: file.path,
        line: Number(row) + 1,
        raw: String(t),
      });
    }
  }
  return found;
};

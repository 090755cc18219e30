import { SourceError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import { ident, list, text } from '../sql.ts';
import { checkNames, inputName } from './checkNames.ts';
import { fromPhysical } from './columnSql.ts';
import type { Decoded } from './decoded.ts';
import { decodeSelect } from './decodeSelect.ts';

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
  const select = decodeSelect(
    source.columns.flatMap((column) => {
      const name = inputName(column);
      const sql = fromPhysical(ident(name), types.get(name) ?? '', column);
      return sql ? [{ column, sql }] : [];
    }),
    {
      from:
        `read_parquet(${paths}, filename = '_file', ` +
        'file_row_number = true, hive_partitioning = false)',
      carry: {
        _row:
          `(list_position(${paths}, _file) - 1) * ${1n << 40n} + ` +
          'file_row_number',
      },
    },
  );
  const relation = ident(`_${source.name}_decoded`);
  await db.run(`CREATE TEMP VIEW ${relation} AS ${select}`);
  return {
    relation,
    broken: [],
    locate: async (rows) => {
      const found = await db.rows(
        `SELECT (list_position(${paths}, _file) - 1) * ${1n << 40n} + ` +
          'file_row_number AS n, file_row_number AS l, _file AS f, ' +
          `to_json(r)::VARCHAR AS t FROM (SELECT * FROM read_parquet(${paths}, ` +
          "filename = '_file', file_row_number = true, hive_partitioning = false)) r " +
          `WHERE n IN (${rows.join(', ')})`,
      );
      const origin = new Map(files.map(({ local, path }) => [local, path]));
      return new Map(
        found.map(({ n, l, f, t }) => [
          BigInt(n as bigint),
          {
            path: origin.get(String(f)) ?? String(f),
            line: Number(l) + 1,
            raw: String(t),
          },
        ]),
      );
    },
  };
};

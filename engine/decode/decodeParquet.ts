import { SourceError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import { ident, list, text } from '../sql.ts';
import { type DecodedValues, decodeByValue } from './byValue.ts';
import { inputName } from './checkNames.ts';
import { fromPhysical, fromText, MISSING } from './columnSql.ts';
import { watchContract } from './contract.ts';
import type { Decoded, Locate, Reject } from './decoded.ts';
import { allGoodOf, decodeSelect } from './decodeSelect.ts';
import { readFooters } from './parquetFooters.ts';

/** Rows that a file may have, so that file and row make one number. */
const FILE_ROWS = 1n << 36n;
/** Fewer rows are decoded once, into a table: to plan a view takes longer. */
const MANY_ROWS = 100_000;
/** With fewer, to look at values first takes longer than it saves. */
const VERY_MANY_ROWS = 500_000;
/** Files that are looked into by one statement. */
const FILES_AT_ONCE = 32;
const FLAT = 'hive_partitioning = false';

/** Instants in nanoseconds, of which the engine would drop the last digits. */
const NANOSECONDS = 'TIMESTAMP_NS';

/** Names the instants as what they are; without a zone they are named so. */
const nameNanoseconds = async (
  db: Database,
  file: LandedFile,
  types: Map<string, string>,
) => {
  if (![...types.values()].includes('TIMESTAMP WITH TIME ZONE')) return;
  const rows = await db.rows(
    `SELECT name FROM parquet_schema(${text(file.local)}) ` +
      "WHERE logical_type LIKE 'TimestampType(%NANOS=NanoSeconds()%'",
  );
  for (const { name } of rows)
    if (types.has(String(name))) types.set(String(name), NANOSECONDS);
};

const schemaOf = async (
  db: Database,
  source: PlanSource,
  file: LandedFile,
): Promise<Map<string, string>> => {
  try {
    const rows = await db.rows(
      `DESCRIBE SELECT * FROM read_parquet(${text(file.local)}, ${FLAT})`,
    );
    const types = new Map(
      rows.map((row) => [String(row.column_name), String(row.column_type)]),
    );
    await nameNanoseconds(db, file, types);
    return types;
  } catch (cause) {
    throw new SourceError(
      `the file is no whole Parquet file: ${(cause as Error).message}`,
      { source: source.name, file: file.path },
      { cause },
    );
  }
};

/** The type of a column, and the first file that has it. */
type FirstTypes = Map<string, { readonly type: string; readonly path: string }>;

/**
 * All files are read with the types of the first one that has the column:
 * another type would be cast, and 1.5 become 2.
 */
const checkTypes = (
  source: PlanSource,
  file: LandedFile,
  found: ReadonlyMap<string, string>,
  first: FirstTypes,
): void => {
  for (const column of source.columns) {
    const name = inputName(column);
    const type = found.get(name);
    // The contract has let it pass.
    if (type === undefined) continue;
    const place = {
      source: source.name,
      file: file.path,
      column: column.name,
    };
    if (!fromPhysical(name, type, column))
      throw new SourceError(
        `column "${name}" is ${type} in the file, but ${column.name} is ` +
          `declared as ${column.type}`,
        place,
      );
    const before = first.get(name) ?? { type, path: file.path };
    first.set(name, before);
    if (type !== before.type)
      throw new SourceError(
        `column "${name}" is ${type} in this file, but ${before.type} in ` +
          before.path,
        place,
      );
  }
};

/**
 * Decodes Parquet files; large ones in place: nothing is copied, each reader of
 * the relation reads just the columns that it needs.
 * @throws SourceError for a missing or added column, and for a type that
 *   cannot become the declared one.
 */
export const decodeParquet = async (
  db: Database,
  source: PlanSource,
  files: readonly LandedFile[],
): Promise<Decoded> => {
  const contract = watchContract(source);
  const first: FirstTypes = new Map();
  const named = new Map<LandedFile, ReadonlySet<string>>();
  for (const file of files) {
    const found = await schemaOf(db, source, file);
    contract.check([...found.keys()], file.path);
    checkTypes(source, file, found, first);
    named.set(file, new Set(found.keys()));
  }
  const types = new Map([...first].map(([name, { type }]) => [name, type]));
  const schema = contract.differences();
  // Names are looked for in every file only where some file lacks one.
  const byName = schema.some(({ change }) => change === 'missing');
  const paths = list(files.map(({ local }) => local));
  const rows = files.reduce((sum, { records }) => sum + records, 0);
  const footers =
    rows < MANY_ROWS ? undefined : await readFooters(db, source, paths, types);
  const found = source.columns.flatMap((column) => {
    const name = inputName(column);
    const type = types.get(name);
    const sql =
      type === undefined
        ? fromText(MISSING, column)
        : fromPhysical(ident(name), type, column);
    return sql ? [{ column, sql }] : [];
  });
  const byValue =
    footers && !byName && rows >= VERY_MANY_ROWS
      ? await decodeByValue(
          db,
          { files: files.map(({ local }) => local), rows },
          found.flatMap(({ column, sql }) => {
            const type = footers.repeating.get(column.name);
            return type ? [{ column, sql, type }] : [];
          }),
          // A column that nobody reads may hold what cannot be read.
        ).catch(() => new Map<string, DecodedValues>())
      : new Map<string, DecodedValues>();
  const columns = found.map(({ column, sql }) => ({
    column,
    sql: byValue.get(column.name)?.sql ?? sql,
  }));
  const select = decodeSelect(columns, {
    from:
      `read_parquet(${paths}, file_row_number = true, ${FLAT}` +
      `${byName ? ', union_by_name = true' : ''})`,
    carry: {
      _row: `CAST(file_index AS BIGINT) * ${FILE_ROWS} + file_row_number`,
    },
  });
  const relation = ident(`_${source.name}_decoded`);
  const decoded: Decoded = {
    relation,
    broken: [],
    schema,
    locate: (wanted) =>
      db.beside((other) => locate(other, source, files, named, wanted)),
    locatesBeside: true,
  };
  if (!footers) {
    await db.run(`CREATE TEMP TABLE ${relation} AS ${select}`);
    return decoded;
  }
  const { bounds } = footers;
  await db.run(`CREATE TEMP VIEW ${relation} AS ${select}`);
  return {
    ...decoded,
    bounds,
    allGood: allGoodOf(columns, bounds),
    fewTexts: [...byValue].flatMap(([name, { isText }]) =>
      isText ? name : [],
    ),
  };
};

/** Of one file, the rows with the given numbers; the raw text is JSON. */
const lookUp = (
  source: PlanSource,
  file: LandedFile,
  index: bigint,
  numbers: readonly bigint[],
  has: ReadonlySet<string>,
) => {
  const names = source.columns.map(inputName).filter((name) => has.has(name));
  const members = names.map((name) => `${text(name)}, ${ident(name)}`);
  return (
    `SELECT ${index} AS f, file_row_number AS n, ` +
    `CAST(json_object(${members.join(', ')}) AS VARCHAR) AS t ` +
    `FROM read_parquet(${text(file.local)}, file_row_number = true, ${FLAT}) ` +
    `WHERE file_row_number IN (${numbers.join(', ')})`
  );
};

/** Looks rows up in their own files; other files are not read. */
const locate = async (
  db: Database,
  source: PlanSource,
  files: readonly LandedFile[],
  named: ReadonlyMap<LandedFile, ReadonlySet<string>>,
  rows: readonly bigint[],
): ReturnType<Locate> => {
  const found = new Map<bigint, Omit<Reject, 'reason'>>();
  const byFile = [...Map.groupBy(rows, (row) => row / FILE_ROWS)];
  for (let i = 0; i < byFile.length; i += FILES_AT_ONCE) {
    const looks = byFile.slice(i, i + FILES_AT_ONCE).flatMap(([f, inFile]) => {
      const file = files[Number(f)];
      const numbers = inFile.map((row) => row % FILE_ROWS);
      const has = file && named.get(file);
      return file && has ? [lookUp(source, file, f, numbers, has)] : [];
    });
    for (const { f, n, t } of await db.rows(looks.join(' UNION ALL '))) {
      const [index, row] = [BigInt(f as number), BigInt(n as bigint)];
      found.set(index * FILE_ROWS + row, {
        path: files[Number(index)]?.path ?? '',
        line: Number(row) + 1,
        raw: String(t),
      });
    }
  }
  return found;
};

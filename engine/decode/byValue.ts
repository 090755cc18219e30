import type { PlanColumn } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import { duckType, ident, isUnsayable, text, unsayable } from '../sql.ts';
import { inputName } from './checkNames.ts';
import { type ColumnSql, fromPlainText } from './columnSql.ts';
import {
  type DictionaryType,
  type DictionaryValue,
  readDictionaries,
} from './parquetDictionaries.ts';

/** A column with more values is left to its rows. */
const FEW = 320;
/** To look a number up among more takes longer than to cast it. */
const MOST_MAPPED = 64;
/**
 * Every statement that names the relation binds its lookups anew, 8 µs for each
 * value: it is to have so many rows for each.
 */
const ROWS_OF_A_VALUE = 50_000;

/** A column of a file that writes its values by a dictionary. */
export interface RepeatingColumn {
  readonly column: PlanColumn;
  /** How each row of it would be read. */
  readonly sql: ColumnSql;
  /** Its type in the files. */
  readonly type: DictionaryType;
}

/** A column of which every value was decoded, and none was bad. */
export interface DecodedValues {
  readonly sql: ColumnSql;
  /** Whether it is a column of texts as they are. */
  readonly isText?: boolean;
}

/** Where the values are. */
export interface ValuesOf {
  /** Paths of Parquet files on this machine. */
  readonly files: readonly string[];
  readonly rows: number;
}

const nameOf = ({ column }: RepeatingColumn) => ident(inputName(column));

/** Each value once, with what it decodes to. */
const look = (
  of: RepeatingColumn,
  i: number,
  values: ReadonlySet<DictionaryValue>,
) => {
  const { input, value, bad } = of.sql;
  const texts = ['CAST(r AS VARCHAR)', 'CAST(v AS VARCHAR)'];
  const isBad = [bad?.('t', 'v') ?? 'false', unsayable('CAST(v AS VARCHAR)')];
  // Numbers are said as texts: JSON has no infinity.
  const all = text(JSON.stringify([...values].map(String)));
  return (
    `SELECT ${i} AS i, list(${texts[0]} ORDER BY r) AS raw, ` +
    `list(${texts[1]} ORDER BY r) AS typed, ` +
    `bool_or(coalesce(${isBad.join(', false) OR coalesce(')}, false)) AS bad ` +
    `FROM (SELECT *, ${value('t')} AS v FROM ` +
    `(SELECT ${nameOf(of)} AS r, ${input} AS t FROM (SELECT ` +
    `CAST(unnest(from_json(${all}, '["VARCHAR"]')) AS ${of.type}) ` +
    `AS ${nameOf(of)})))`
  );
};

/** A function of the value: it is worked out once for each of a dictionary. */
const mapped = (
  { column, type }: RepeatingColumn,
  raw: readonly string[],
  typed: readonly (string | null)[],
): ColumnSql => {
  const keys = `[${raw.map(text)}]::${type}[]`;
  const all = typed.map((value) => (value === null ? 'NULL' : text(value)));
  const values = `[${all}]::${duckType(column.type)}[]`;
  return {
    input: ident(inputName(column)),
    value: (input) => `map_extract_value(MAP(${keys}, ${values}), ${input})`,
  };
};

const decoded = (
  of: RepeatingColumn,
  raw: readonly string[],
  typed: readonly (string | null)[],
  rows: number,
): DecodedValues | undefined => {
  const { column, sql, type } = of;
  if (column.type === 'string') {
    const isPlain = !typed.includes(null) && !column.pad;
    return isPlain
      ? { sql: fromPlainText(nameOf(of)), isText: true }
      : undefined;
  }
  const isCast = type === 'DOUBLE' && column.type === 'double';
  if (
    !isCast &&
    raw.length <= Math.min(MOST_MAPPED, Math.floor(rows / ROWS_OF_A_VALUE))
  )
    return { sql: mapped(of, raw, typed) };
  // A number is cast row by row all the same, and need not be judged.
  const { input, value } = sql;
  return type === 'DOUBLE' ? { sql: { input, value } } : undefined;
};

/**
 * Decodes each value of a column once, in place of each row, where there are
 * few: what they are, the dictionaries of the files tell. Where one is bad, or
 * cannot be said in SQL, the column is left to its rows.
 * @returns the columns for which that can be done, by their names.
 */
export const decodeByValue = async (
  db: Database,
  { files, rows }: ValuesOf,
  columns: readonly RepeatingColumn[],
): Promise<Map<string, DecodedValues>> => {
  const types = new Map(columns.map((of) => [inputName(of.column), of.type]));
  const dictionaries = await readDictionaries(files, types, FEW);
  const few = columns.flatMap((of) => {
    const values = dictionaries.get(inputName(of.column));
    return values && ![...values].map(String).some(isUnsayable)
      ? [{ of, values }]
      : [];
  });
  if (few.length === 0) return new Map();
  const looks = few.map(({ of, values }, i) => look(of, i, values));
  const found = await db.rows(looks.join(' UNION ALL '));
  return new Map(
    found.flatMap(({ i, raw, typed, bad }) => {
      const of = few[Number(i)]?.of;
      if (!of || bad) return [];
      const values = decoded(
        of,
        (raw ?? []) as string[],
        (typed ?? []) as (string | null)[],
        rows,
      );
      return values ? [[of.column.name, values] as const] : [];
    }),
  );
};

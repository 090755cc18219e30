import type { PlanColumn } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import { duckType, ident, text } from '../sql.ts';
import { inputName } from './checkNames.ts';
import { type ColumnSql, fromPlainText } from './columnSql.ts';

/**
 * So many values are found in a list more quickly than a text is hashed row by
 * row: the engine looks up those of a file's dictionary, for each vector of rows.
 */
const FEW = 320;
/** Beyond so many, to cast a number is quicker than to look it up. */
const FEW_NUMBERS = 64;

/** Types of which the reader keeps a file's dictionary, and that are decoded. */
export type RepeatingType = 'VARCHAR' | 'DOUBLE';

/** A column of a file that writes its values by a dictionary. */
export interface RepeatingColumn {
  readonly column: PlanColumn;
  /** How each row of it would be read. */
  readonly sql: ColumnSql;
  /** Its type in the files. */
  readonly type: RepeatingType;
}

/** A column of which every value was decoded, and none was bad. */
export interface DecodedValues {
  readonly sql: ColumnSql;
  /** All texts, sorted, where it is one. */
  readonly texts?: readonly string[];
}

/** Each value once, with what it decodes to. */
const look = (
  { column, sql: { input, value, bad } }: RepeatingColumn,
  i: number,
  from: string,
) => {
  const name = ident(inputName(column));
  return (
    `SELECT ${i} AS i, list(CAST(r AS VARCHAR) ORDER BY v, r) AS raw, ` +
    'list(CAST(v AS VARCHAR) ORDER BY v, r) AS typed, ' +
    `bool_or(coalesce(${bad?.('t', 'v') ?? 'false'}, false)) AS bad ` +
    `FROM (SELECT *, ${value('t')} AS v FROM (SELECT ${name} AS r, ` +
    `${input} AS t FROM (SELECT ${name} FROM ${from} GROUP BY ${name} ` +
    `LIMIT ${FEW + 2}))) WHERE r IS NOT NULL`
  );
};

/** A function of the value, that is worked out for a dictionary's values alone. */
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
): DecodedValues | undefined => {
  const { column, sql, type } = of;
  // A text in SQL cannot hold the character 0.
  if (raw.length > FEW || raw.some((value) => value.includes('\0')))
    return undefined;
  if (column.type === 'string') {
    const texts = typed.filter((value) => value !== null);
    return texts.length === raw.length && !column.pad
      ? {
          sql: fromPlainText(ident(inputName(column))),
          texts: [...new Set(texts)],
        }
      : undefined;
  }
  const isSlow = type === 'VARCHAR' || column.type !== 'double';
  const most = type === 'VARCHAR' ? FEW : FEW_NUMBERS;
  if (isSlow && raw.length <= most) return { sql: mapped(of, raw, typed) };
  const { input, value } = sql;
  return { sql: { input, value } };
};

/**
 * Decodes each value of a column once, in place of each row, where there are
 * few. Grouped by its dictionary, a column of three million rows takes some
 * 10 ms; where no value is bad, no row need be looked at.
 * @param from what to select from.
 * @returns the columns for which that can be done, by their names.
 */
export const decodeByValue = async (
  db: Database,
  from: string,
  columns: readonly RepeatingColumn[],
): Promise<Map<string, DecodedValues>> => {
  const looks = columns.map((of, i) => look(of, i, from));
  const rows = looks.length > 0 ? await db.rows(looks.join(' UNION ALL ')) : [];
  return new Map(
    rows.flatMap(({ i, raw, typed, bad }) => {
      const of = columns[Number(i)];
      if (!of || bad) return [];
      const found = decoded(
        of,
        (raw ?? []) as string[],
        (typed ?? []) as (string | null)[],
      );
      return found ? [[of.column.name, found] as const] : [];
    }),
  );
};

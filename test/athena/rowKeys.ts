import { ident } from '../../engine/sql.ts';
import { kindOf, type TypedColumn } from './columns.ts';

/** Between the fields of a key, and for NULL: no text of the lake has them. */
export const FIELD = '\u001f';
export const NULL = '\u0001';

/**
 * How a row becomes a text that is the same for the same values: the columns
 * that are compared exactly, then the doubles.
 */
export type Layout = {
  /** Places in the row: of the exact columns, and of the doubles. */
  readonly exact: readonly number[];
  readonly doubles: readonly number[];
  /** Column names in the order of the key. */
  readonly names: readonly string[];
  readonly kinds: readonly string[];
};

export function layoutOf(columns: readonly TypedColumn[]): Layout {
  const kinds = columns.map(({ type }) => kindOf(type));
  const places = columns.map((_, i) => i);
  const doubles = places.filter((i) => kinds[i] === 'double');
  const exact = places.filter((i) => kinds[i] !== 'double');
  const names = [...exact, ...doubles].map((i) => columns[i]?.name ?? '');
  return { exact, doubles, names, kinds };
}

const milliseconds = (text: string) => {
  const [seconds, fraction = ''] = text.split('.');
  return `${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}`;
};

const fieldOf = (value: unknown, kind: string | undefined): string => {
  if (value === null || value === undefined) return NULL;
  if (kind === 'timestamp') return milliseconds(String(value));
  return String(value);
};

/** Gives the key of a row as Trino's client protocol has it. */
export const trinoKey =
  ({ exact, doubles, kinds }: Layout) =>
  (row: readonly unknown[]): string =>
    [...exact, ...doubles].map((i) => fieldOf(row[i], kinds[i])).join(FIELD);

/** Microseconds to milliseconds as Trino rounds them. */
const rounded = (column: string) =>
  `strftime(make_timestamp_ms(CAST(floor((epoch_us(${column}) + 500) / 1000) ` +
  "AS BIGINT)), '%Y-%m-%d %H:%M:%S.%g')";

/**
 * The SELECT on the engine that gives a key's exact part, made there because it
 * is much faster than value by value, and the doubles.
 */
export const keySelect = (sql: string, layout: Layout): string => {
  const column = (i: number) => ident(`c${i}`);
  const aliases = layout.kinds.map((_, i) => column(i)).join(', ');
  const texts = layout.exact.map((i) => {
    const text =
      layout.kinds[i] === 'timestamp'
        ? rounded(column(i))
        : `CAST(${column(i)} AS VARCHAR)`;
    return `coalesce(${text}, chr(1))`;
  });
  const exact = texts.length ? `concat_ws(chr(31), ${texts.join(', ')})` : "''";
  const list = [exact, ...layout.doubles.map(column)];
  return `SELECT ${list.join(', ')} FROM (${sql}\n) AS q(${aliases})`;
};

/** Gives the key of a row of `keySelect`. */
export const engineKey =
  ({ exact, doubles }: Layout) =>
  ([text, ...numbers]: readonly unknown[]): string =>
    doubles.length === 0
      ? String(text)
      : [
          ...(exact.length ? [String(text)] : []),
          ...numbers.map((value) => fieldOf(value, 'double')),
        ].join(FIELD);

/** A key for a reader: `name=value name=value`. */
export const showKey = (key: string, { names }: Layout): string =>
  key
    .split(FIELD)
    .map((field, i) => `${names[i]}=${field === NULL ? 'NULL' : field}`)
    .join(' ');

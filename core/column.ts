/** The types a column may have. `decimal(p,s)` is exact; use it for money. */
export type ColumnType =
  | 'string'
  | 'int'
  | 'bigint'
  | 'double'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | `decimal(${number},${number})`;

/** Options that every column of a source or a table takes. */
export interface ColumnOptions {
  /** The name in the input, where it differs; blanks around it are ignored. */
  readonly from?: string;
  /** Texts that mean "missing", besides the empty one. */
  readonly nulls?: readonly string[];
  readonly doc?: string;
}

export interface StringOptions extends ColumnOptions {
  /** Pads on the left, such as a code that lost its leading zeros. */
  readonly pad?: { readonly length: number; readonly with: string };
}

export interface NumberOptions extends ColumnOptions {
  readonly decimalMark?: '.' | ',';
  readonly thousands?: ',' | '.' | ' ' | "'";
}

export interface BooleanOptions extends ColumnOptions {
  /** Texts for true and false, compared without case. */
  readonly trueAs?: readonly string[];
  readonly falseAs?: readonly string[];
}

export interface Epoch {
  readonly unit: 'days' | 'seconds' | 'milliseconds';
  /** The day from which the units are counted, `YYYY-MM-DD`. */
  readonly since: string;
}

export interface TimeOptions extends ColumnOptions {
  /**
   * One pattern or several, tried in order, in the letters of Java's
   * DateTimeFormatter: `yyyy MM dd HH hh mm ss SSS a`, `M d` for one or two
   * digits. Default: ISO 8601.
   */
  readonly format?: string | readonly string[];
  /** A number counted from a day, in place of a text. */
  readonly epoch?: Epoch;
}

/** A column as a value: its type, and how to decode it from the input. */
export interface Column<T extends ColumnType = ColumnType>
  extends StringOptions,
    NumberOptions,
    BooleanOptions,
    TimeOptions {
  readonly type: T;
  /** Set where the value is the record's place and not a part of it. */
  readonly origin?: 'path' | 'line';
}

export type Columns = Readonly<Record<string, Column>>;

export const string = (options: StringOptions = {}): Column<'string'> => ({
  type: 'string',
  ...options,
});
export const int = (options: NumberOptions = {}): Column<'int'> => ({
  type: 'int',
  ...options,
});
export const bigint = (options: NumberOptions = {}): Column<'bigint'> => ({
  type: 'bigint',
  ...options,
});
export const double = (options: NumberOptions = {}): Column<'double'> => ({
  type: 'double',
  ...options,
});
/** An exact number of `precision` digits, `scale` of them after the point. */
export const decimal = <const P extends number, const S extends number>(
  precision: P,
  scale: S,
  options: NumberOptions = {},
): Column<`decimal(${P},${S})`> => ({
  type: `decimal(${precision},${scale})`,
  ...options,
});
export const boolean = (options: BooleanOptions = {}): Column<'boolean'> => ({
  type: 'boolean',
  ...options,
});
export const date = (options: TimeOptions = {}): Column<'date'> => ({
  type: 'date',
  ...options,
});
/** Wall-clock time to the microsecond, without a time zone. */
export const timestamp = (options: TimeOptions = {}): Column<'timestamp'> => ({
  type: 'timestamp',
  ...options,
});

/** The record's own path below the source's folder. */
export const originPath = (): Column<'string'> => ({
  type: 'string',
  origin: 'path',
});
/** The record's first line in its file, counted from 1. */
export const originLine = (): Column<'bigint'> => ({
  type: 'bigint',
  origin: 'line',
});

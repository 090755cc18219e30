import type { ColumnType } from './column.ts';
import type { ColumnOf } from './relation.ts';
import type { Table } from './table.ts';

/** A column that a filter narrows its table by. */
export interface FilterTarget<T extends ColumnType = ColumnType> {
  readonly table: string;
  readonly column: string;
  readonly type: T;
}

/**
 * A choice that the reader of a dashboard has. It narrows tables, and so every
 * card over them; a card over other tables stays as it is.
 */
export interface Filter {
  /** As on the command line: lower case letters, digits and `_`. */
  readonly name: string;
  readonly title: string;
  /** `dates`: from a day to a day, both in. `text`: one of some values. */
  readonly kind: 'dates' | 'text';
  readonly on: readonly FilterTarget[];
}

/** What a filter is set to. */
export type FilterValue =
  | { readonly from?: string; readonly to?: string }
  | { readonly values: readonly string[] };

/** Names a column for a filter to narrow its table by. */
export const on = <R extends Table, C extends ColumnOf<R>>(
  table: R,
  column: C,
): FilterTarget<R['columns'][C]['type']> => ({
  table: table.name,
  column,
  type: table.columns[column]?.type as R['columns'][C]['type'],
});

/** Rows from a day to a day, both in. */
export const dateRange = (
  name: string,
  title: string,
  targets: readonly FilterTarget<'date' | 'timestamp'>[],
): Filter => ({ name, title, kind: 'dates', on: targets });

/** Rows with one of some texts. */
export const textFilter = (
  name: string,
  title: string,
  targets: readonly FilterTarget<'string'>[],
): Filter => ({ name, title, kind: 'text', on: targets });

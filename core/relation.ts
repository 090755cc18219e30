import type { Column, Columns, ColumnType } from './column.ts';

/** What SQL can select from: a source or a table. */
export interface Relation<C extends Columns = Columns> {
  readonly name: string;
  readonly columns: C;
}

export type ColumnOf<R extends Relation> = keyof R['columns'] & string;

/** The names of a relation's columns that have the type `T`. */
export type ColumnOfType<R extends Relation, T extends ColumnType> = {
  [K in ColumnOf<R>]: R['columns'][K] extends Column<infer U>
    ? U extends T
      ? K
      : never
    : never;
}[ColumnOf<R>];

export type NumericType =
  | 'int'
  | 'bigint'
  | 'double'
  | `decimal(${number},${number})`;
export type OrderedType = NumericType | 'date' | 'timestamp' | 'string';

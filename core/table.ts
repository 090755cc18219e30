import type { Column, Columns } from './column.ts';
import type { ColumnOf, OrderedType, Relation } from './relation.ts';

/** What the run's period gives to a partition column. */
export type PeriodPart = 'date' | 'year' | 'month';

/**
 * What publishing a run moves: the whole table, the whole table with the
 * published rows merged in, or the partitions of the run's period.
 */
export type TableMode = 'replace' | 'merge' | 'partition';

export interface Table<C extends Columns = Columns> extends Relation<C> {
  readonly mode: TableMode;
  readonly key: readonly string[];
  readonly newest?: string;
  /** Partition columns, in order, and what of the period each holds. */
  readonly partitionBy: Readonly<Record<string, PeriodPart>>;
  readonly sortBy: readonly string[];
  readonly title?: string;
  /** See `maxDrop` of the pipeline. */
  readonly maxDrop?: number;
}

/** A period part fits a column of its type only. */
type PartOf<T> =
  T extends Column<infer U>
    ? U extends 'date'
      ? 'date'
      : U extends 'int'
        ? 'year' | 'month'
        : never
    : never;

interface Common<C extends Columns> {
  readonly columns: C;
  readonly title?: string;
  readonly sortBy?: readonly ColumnOf<Relation<C>>[];
  /** The share of its rows that it may lose before `status` warns. */
  readonly maxDrop?: number;
}

export type TableOptions<C extends Columns> = Common<C> &
  (
    | {
        readonly mode?: 'replace';
        readonly key?: readonly ColumnOf<Relation<C>>[];
        readonly newest?: never;
        readonly partitionBy?: never;
      }
    | {
        readonly mode: 'merge';
        readonly key: readonly ColumnOf<Relation<C>>[];
        /** The row with the greatest value wins; without it, the new row. */
        readonly newest?: {
          [K in ColumnOf<Relation<C>>]: C[K] extends Column<infer U>
            ? U extends OrderedType
              ? K
              : never
            : never;
        }[ColumnOf<Relation<C>>];
        readonly partitionBy?: never;
      }
    | {
        readonly mode: 'partition';
        readonly key?: readonly ColumnOf<Relation<C>>[];
        readonly newest?: never;
        /** Partition columns; they are the table's last ones, in order. */
        readonly partitionBy: { readonly [K in keyof C]?: PartOf<C[K]> };
      }
  );

/**
 * A table that the pipeline publishes. Its rows are the SELECT in
 * `sql/<name>.sql`, with just these columns in this order.
 */
export const table = <const C extends Columns>(
  name: string,
  options: TableOptions<C>,
): Table<C> => ({
  name,
  columns: options.columns,
  mode: options.mode ?? 'replace',
  key: options.key ?? [],
  partitionBy:
    options.mode === 'partition'
      ? (options.partitionBy as Record<string, PeriodPart>)
      : {},
  sortBy: options.sortBy ?? [],
  ...(options.mode === 'merge' &&
    options.newest !== undefined && { newest: options.newest }),
  ...(options.title !== undefined && { title: options.title }),
  ...(options.maxDrop !== undefined && { maxDrop: options.maxDrop }),
});

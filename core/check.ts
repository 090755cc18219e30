import type { Column } from './column.ts';
import type { Seconds } from './duration.ts';
import type {
  ColumnOf,
  ColumnOfType,
  NumericType,
  OrderedType,
  Relation,
} from './relation.ts';
import type { Source } from './source.ts';
import type { Table } from './table.ts';

/** What bad rows do: stop the publish, be set aside, or be recorded. */
export type Severity = 'fail' | 'quarantine' | 'warn';

export type CheckRule =
  | { readonly kind: 'unique'; readonly columns: readonly string[] }
  | { readonly kind: 'notNull'; readonly columns: readonly string[] }
  | {
      readonly kind: 'accepted';
      readonly column: string;
      readonly values: readonly (string | number | boolean)[];
    }
  | {
      readonly kind: 'range';
      readonly column: string;
      readonly min?: number | string;
      readonly max?: number | string;
    }
  | {
      readonly kind: 'references';
      readonly column: string;
      readonly target: string;
      readonly targetColumn: string;
    }
  | {
      readonly kind: 'rowCount';
      readonly min?: number;
      readonly max?: number;
      /** The share of the published rows that a run may lose. */
      readonly maxDrop?: number;
    }
  | {
      readonly kind: 'freshness';
      readonly column: string;
      /** How far the newest value may lie before the period's end. */
      readonly within: Seconds;
    }
  | { readonly kind: 'badRows'; readonly where: string };

export interface Check {
  readonly name: string;
  readonly relation: string;
  readonly severity: Severity;
  readonly rule: CheckRule;
}

/** Only a source has raw records that can be set aside. */
type SeverityFor<R> = R extends Source
  ? Severity
  : Exclude<Severity, 'quarantine'>;

interface CheckOptions<R> {
  readonly severity?: SeverityFor<R>;
  readonly name?: string;
}

const list = <T>(one: T | readonly T[]): readonly T[] =>
  Array.isArray(one) ? (one as readonly T[]) : [one as T];

const check = <R extends Relation>(
  relation: R,
  name: string,
  rule: CheckRule,
  options: CheckOptions<R>,
): Check => ({
  name: options.name ?? name,
  relation: relation.name,
  severity: options.severity ?? 'fail',
  rule,
});

/** No two rows agree in all these columns. */
export const unique = <R extends Table>(
  relation: R,
  columns: ColumnOf<R> | readonly ColumnOf<R>[],
  options: CheckOptions<R> = {},
): Check =>
  check(
    relation,
    `unique ${list(columns).join(', ')}`,
    { kind: 'unique', columns: list(columns) },
    options,
  );

export const notNull = <R extends Relation>(
  relation: R,
  columns: ColumnOf<R> | readonly ColumnOf<R>[],
  options: CheckOptions<R> = {},
): Check =>
  check(
    relation,
    `not null ${list(columns).join(', ')}`,
    { kind: 'notNull', columns: list(columns) },
    options,
  );

type ValueOf<R extends Relation, K extends ColumnOf<R>> =
  R['columns'][K] extends Column<infer T>
    ? T extends 'boolean'
      ? boolean
      : T extends NumericType
        ? number
        : string
    : never;

/** Every value is one of these, or NULL. */
export const accepted = <R extends Relation, K extends ColumnOf<R>>(
  relation: R,
  column: K,
  values: readonly ValueOf<R, K>[],
  options: CheckOptions<R> = {},
): Check =>
  check(
    relation,
    `accepted ${column}`,
    { kind: 'accepted', column, values },
    options,
  );

/** Every value lies between the bounds, both inclusive, or is NULL. */
export const range = <
  R extends Relation,
  K extends ColumnOfType<R, OrderedType>,
>(
  relation: R,
  column: K,
  bounds: { readonly min?: ValueOf<R, K>; readonly max?: ValueOf<R, K> },
  options: CheckOptions<R> = {},
): Check =>
  check(
    relation,
    `range ${column}`,
    { kind: 'range', column, ...(bounds as object) },
    options,
  );

/** Every value that is not NULL is found in the target's column. */
export const references = <
  A extends Table,
  B extends Relation,
  K extends ColumnOf<A>,
>(
  relation: A,
  column: K,
  target: B,
  targetColumn: ColumnOfType<
    B,
    A['columns'][K] extends Column<infer T> ? T : never
  >,
  options: CheckOptions<A> = {},
): Check =>
  check(
    relation,
    `${column} references ${target.name}`,
    { kind: 'references', column, target: target.name, targetColumn },
    options,
  );

/** Bounds on the rows of this run, and against those published before. */
export const rowCount = <R extends Relation>(
  relation: R,
  bounds: {
    readonly min?: number;
    readonly max?: number;
    readonly maxDrop?: number;
  },
  options: { readonly severity?: 'fail' | 'warn'; readonly name?: string } = {},
): Check => ({
  name: options.name ?? 'row count',
  relation: relation.name,
  severity: options.severity ?? 'fail',
  rule: { kind: 'rowCount', ...bounds },
});

/** The newest value is no older than this at the period's end. */
export const freshness = <R extends Table>(
  relation: R,
  column: ColumnOfType<R, 'date' | 'timestamp'>,
  within: Seconds,
  options: CheckOptions<R> = {},
): Check =>
  check(
    relation,
    `freshness ${column}`,
    { kind: 'freshness', column, within },
    options,
  );

/** Rows for which the SQL condition on the relation's columns is true. */
export const badRows = <R extends Relation>(
  relation: R,
  name: string,
  where: string,
  options: Omit<CheckOptions<R>, 'name'> = {},
): Check => check(relation, name, { kind: 'badRows', where }, options);

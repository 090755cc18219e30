/** A column of a source, of a table, or of `run`. */
export interface Field {
  readonly relation: string;
  readonly column: string;
}

/** How a value comes about. */
export type Derivation = 'as it is' | 'cast' | 'computed' | 'aggregated';

/** Why a column decides which rows there are, or how they are put together. */
export type RowUse =
  | 'join'
  | 'filter'
  | 'group'
  | 'order'
  | 'window'
  | 'key'
  | 'quarantine';

/** A column that decides over rows, and by what. */
export interface RowField extends Field {
  readonly uses: readonly RowUse[];
}

/** Where one column's values come from: the step just before, no further. */
export interface ColumnLineage {
  readonly column: string;
  readonly derivation: Derivation;
  /** Empty for a constant and for a count of rows. */
  readonly from: readonly Field[];
}

/** One SELECT: where its values come from, and what decides over its rows. */
export interface SelectLineage {
  readonly columns: readonly ColumnLineage[];
  readonly rows: readonly RowField[];
  /** The relations that it reads. */
  readonly reads: readonly string[];
}

export type RelationKind = 'source' | 'table' | 'query' | 'card';

export interface RelationLineage extends SelectLineage {
  readonly kind: RelationKind;
  readonly name: string;
}

/** Lineage of all that a pipeline reads, makes and shows, in that order. */
export interface PlanLineage {
  readonly pipeline: string;
  readonly relations: readonly RelationLineage[];
}

const id = ({ relation, column }: Field) => `${relation}.${column}`;

/** Each field once, in the order in which they first come. */
export const distinctFields = <F extends Field>(fields: readonly F[]): F[] =>
  [
    ...new Map(fields.toReversed().map((field) => [id(field), field])).values(),
  ].toReversed();

const find = ({ relations }: PlanLineage, name: string) =>
  relations.find(
    (one) =>
      one.name === name && (one.kind === 'source' || one.kind === 'table'),
  );

const stepBack = (lineage: PlanLineage, { relation, column }: Field) =>
  find(lineage, relation)?.columns.find((one) => one.column === column)?.from;

/** Follows a field back to where nothing of the pipeline is before it. */
const originsOf = (lineage: PlanLineage, field: Field): readonly Field[] => {
  const isMade = find(lineage, field.relation)?.kind === 'table';
  if (!isMade) return [field];
  return (stepBack(lineage, field) ?? []).flatMap((one) =>
    originsOf(lineage, one),
  );
};

/** The fields of sources (and of `run`) that a column's values are made of. */
export const valueOrigins = (
  lineage: PlanLineage,
  { from }: ColumnLineage,
): Field[] =>
  distinctFields(from.flatMap((field) => originsOf(lineage, field)));

/**
 * The fields of sources (and of `run`) that decide which rows a relation has:
 * those that it names itself, and those of all that it reads.
 */
export const rowOrigins = (
  lineage: PlanLineage,
  { rows, reads }: SelectLineage,
): Field[] =>
  distinctFields([
    ...rows.flatMap(({ relation, column }) =>
      originsOf(lineage, { relation, column }),
    ),
    ...reads.flatMap((name) => {
      const read = find(lineage, name);
      return read ? rowOrigins(lineage, read) : [];
    }),
  ]);

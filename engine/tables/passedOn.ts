import type { Database } from '../database.ts';
import { type Node, nodesBelow, statementsOf } from '../syntaxTree.ts';

/** A column of a relation that a SELECT gives as it is. */
export interface PassedColumn {
  readonly relation: string;
  readonly column: string;
  /** Its name in the result. */
  readonly as: string;
  /** Whether every row of the relation is in the result. */
  readonly isOfAll: boolean;
}

interface Select extends Node {
  readonly modifiers: readonly unknown[];
  readonly cte_map: { readonly map: readonly unknown[] };
  readonly group_expressions: readonly unknown[];
  readonly select_list: readonly Node[];
  readonly from_table: Node;
  readonly where_clause: unknown;
  readonly qualify: unknown;
  readonly sample: unknown;
  readonly having: unknown;
  readonly aggregate_handling: string;
}

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

/** The relations of a FROM by the names they have there, or none at all. */
const relationsOf = (from: Node): Map<string, string> | undefined => {
  if (from.type === 'BASE_TABLE' && isEmpty(from.column_name_alias)) {
    const name = String(from.table_name);
    return new Map([[String(from.alias || name).toLowerCase(), name]]);
  }
  const isJoin =
    from.type === 'JOIN' &&
    from.ref_type === 'REGULAR' &&
    isEmpty(from.using_columns);
  const left = isJoin && relationsOf(from.left as Node);
  const right = isJoin && relationsOf(from.right as Node);
  return left && right ? new Map([...left, ...right]) : undefined;
};

/** By its name there: the relation whose rows are all in the result, if one is. */
const wholeRelation = (select: Select): string | undefined => {
  const { where_clause, qualify, sample, having } = select;
  const isGrouped = select.aggregate_handling !== 'STANDARD_HANDLING';
  if (where_clause || qualify || sample || having || isGrouped)
    return undefined;
  // Of an empty list it makes no row.
  const isUnnest = ({ function_name: name }: Node) =>
    String(name).toLowerCase() === 'unnest';
  if (nodesBelow(select.select_list).some(isUnnest)) return undefined;
  let from = select.from_table;
  while (from.type === 'JOIN' && from.join_type === 'LEFT')
    from = from.left as Node;
  return from.type === 'BASE_TABLE' && !from.sample
    ? String(from.alias || from.table_name).toLowerCase()
    : undefined;
};

/** Nothing in it that could give a column another name, or none. */
const isPlain = (select: Select) =>
  select.type === 'SELECT_NODE' &&
  isEmpty(select.modifiers) &&
  isEmpty(select.cte_map.map) &&
  isEmpty(select.group_expressions) &&
  !nodesBelow(select).some(
    (node) =>
      node.class === 'STAR' ||
      node.class === 'SUBQUERY' ||
      node.class === 'POSITIONAL_REFERENCE',
  );

/**
 * The columns that a SELECT gives as they are and uses for nothing else, so
 * that another type of them changes nothing in it. Only a plain SELECT of
 * joined relations is looked into, and only columns that name their relation
 * where there are several.
 */
export const passedOn = async (
  db: Database,
  sql: string,
): Promise<PassedColumn[]> => {
  const [statement] = await statementsOf(db, sql);
  const select = statement?.node as Select | undefined;
  const relations =
    select && isPlain(select) ? relationsOf(select.from_table) : undefined;
  if (!select || !relations) return [];
  const whole = wholeRelation(select);
  const isColumn = (node: Node) => node.class === 'COLUMN_REF';
  const namesOf = (node: Node) => node.column_names as readonly string[];
  const given = select.select_list.filter(isColumn);
  const used = new Set(
    nodesBelow(select)
      .filter((node) => isColumn(node) && !given.includes(node))
      .flatMap((node) => namesOf(node).map((name) => name.toLowerCase())),
  );
  // A relation's name alone stands for its whole rows.
  const isRow = ([name = '', ...more]: readonly string[]) =>
    more.length === 0 && relations.has(name.toLowerCase());
  if (nodesBelow(select).some((node) => isColumn(node) && isRow(namesOf(node))))
    return [];
  return given.flatMap((node) => {
    const names = namesOf(node);
    const column = names.at(-1) ?? '';
    const as = String(node.alias || column);
    const [only] = relations.size === 1 ? relations.values() : [];
    const alias = names.length === 2 && names[0]?.toLowerCase();
    const relation =
      names.length === 1 ? only : alias ? relations.get(alias) : undefined;
    const isUsed = [column, as].some((name) => used.has(name.toLowerCase()));
    const isOfAll = whole !== undefined && (!alias || alias === whole);
    return relation && !isUsed ? [{ relation, column, as, isOfAll }] : [];
  });
};

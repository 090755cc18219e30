import type { PlanColumn } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import { ident } from '../sql.ts';
import type { Decoded } from './decoded.ts';
import { countRepeated, fitsBitmap } from './duplicates.ts';
import { type Rule, usedCondition } from './judge.ts';

/** What one look at all rows of a source tells. */
export interface Survey {
  readonly landed: number;
  readonly bad: number;
  /** Rows that are not kept, by the first condition that is not true. */
  readonly dropped: readonly number[];
  readonly byRule: readonly number[];
  /** Rows that a rule sets aside: `_row` and the rule, if they are few. */
  readonly ruled: readonly { readonly row: bigint; readonly rule: number }[];
  /** Used rows that share the key with another. */
  readonly repeated: number;
  /** All texts of used rows, sorted, of columns that have few. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

/** What becomes of a row: what a rule finds is counted up, what is dropped down. */
const BAD = 0;
const USED = 1;
const FIRST_RULE = 2;
const FIRST_DROP = -1;
const RULES = 256n;
/** How many rejected rows are noted while counting. */
const NOTED = 10_000;
/** With fewer rows, to look for a bitmap's bounds takes longer than to group. */
const MANY_ROWS = 100_000;

const stateOf = (
  keep: readonly string[],
  rules: readonly Rule[],
  mayBeBad: boolean,
) => {
  const cases = [
    ...(mayBeBad ? [`WHEN _bad IS NOT NULL THEN ${BAD}`] : []),
    ...keep.map(
      (where, i) => `WHEN (${where}) IS NOT TRUE THEN ${FIRST_DROP - i}`,
    ),
    ...rules.map(
      ({ where }, i) => `WHEN (${where}) IS TRUE THEN ${FIRST_RULE + i}`,
    ),
  ];
  return cases.length ? `CASE ${cases.join(' ')} ELSE ${USED} END` : `${USED}`;
};

const countOf = (state: number, name: string) =>
  `, count(*) FILTER (_state = ${state}) AS ${name}`;

/** The bounds of a whole-number key: from the files, or from the rows. */
const boundsOf = async (
  db: Database,
  { relation, bounds }: Decoded,
  key: string,
): Promise<readonly [bigint, bigint] | undefined> => {
  const known = bounds?.get(key);
  if (bounds && !known?.every(Number.isSafeInteger)) return undefined;
  if (known) return [BigInt(known[0]), BigInt(known[1])];
  const { low, high } = await db.row(
    `SELECT min(${ident(key)})::BIGINT AS low, ` +
      `max(${ident(key)})::BIGINT AS high FROM ${relation}`,
  );
  return low == null
    ? undefined
    : [BigInt(low as bigint), BigInt(high as bigint)];
};

/** What tells how many rows are repeated; quickest by a bitmap, where one fits. */
const repeatedSql = async (
  db: Database,
  decoded: Decoded,
  key: readonly PlanColumn[],
  rows: number,
): Promise<(used: string) => string> => {
  const [column] = key;
  if (!column) return () => '0';
  const isWhole = column.type === 'int' || column.type === 'bigint';
  const bounds =
    key.length === 1 && isWhole && rows >= MANY_ROWS
      ? await boundsOf(db, decoded, column.name)
      : undefined;
  if (!bounds || !fitsBitmap(bounds, rows)) {
    const names = key.map(({ name }) => name);
    return (used) => `(${countRepeated(decoded.relation, used, names)})`;
  }
  const name = ident(column.name);
  const filter = `FILTER (_state = ${USED})`;
  return () =>
    `count(${name}) ${filter} - coalesce(bit_count(bitstring_agg(` +
    `${name}, ${bounds[0]}, ${bounds[1]}) ${filter}), 0)`;
};

/**
 * Counts what becomes of a source's rows, in one scan where none is bad.
 * @param key the columns that `oneRowPer` names, if it does.
 * @param rows about how many rows there are.
 */
export const survey = async (
  db: Database,
  decoded: Decoded,
  keep: readonly string[],
  rules: readonly Rule[],
  key: readonly PlanColumn[],
  rows: number,
): Promise<Survey> => {
  const { fewTexts: texts = [] } = decoded;
  const repeated = await repeatedSql(db, decoded, key, rows);
  const look = (mayBeBad: boolean) =>
    db.row(
      'SELECT count(*) AS landed, ' +
        `${mayBeBad ? 'true' : decoded.allGood} AS good` +
        countOf(BAD, 'bad') +
        keep.map((_, i) => countOf(FIRST_DROP - i, `d${i}`)).join('') +
        rules.map((_, i) => countOf(FIRST_RULE + i, `r${i}`)).join('') +
        (rules.length
          ? // Without the CASE it would be worked out for every row.
            `, min(CASE WHEN _state >= ${FIRST_RULE} ` +
            `THEN _row * ${RULES} + _state END, ${NOTED}) ` +
            `FILTER (_state >= ${FIRST_RULE}) AS ruled`
          : '') +
        texts
          .map(
            (column, i) =>
              `, list_sort(list(DISTINCT ${ident(column)}) ` +
              `FILTER (_state = ${USED})) AS t${i}`,
          )
          .join('') +
        `, ${repeated(usedCondition(keep, rules, mayBeBad))} AS repeated ` +
        `FROM (SELECT *, ${stateOf(keep, rules, mayBeBad)} AS _state ` +
        `FROM ${decoded.relation})`,
    );
  const first = await look(decoded.allGood === undefined);
  const row = first.good === false ? await look(true) : first;
  const ruled = (row.ruled ?? []) as bigint[];
  return {
    landed: Number(row.landed),
    bad: Number(row.bad),
    dropped: keep.map((_, i) => Number(row[`d${i}`])),
    byRule: rules.map((_, i) => Number(row[`r${i}`])),
    ruled: ruled.map((code) => ({
      row: BigInt(code) / RULES,
      rule: Number(BigInt(code) % RULES) - FIRST_RULE,
    })),
    repeated: Number(row.repeated),
    texts: new Map(
      texts.map((column, i) => {
        const found = (row[`t${i}`] ?? []) as (string | null)[];
        return [column, found.filter((value) => value !== null)];
      }),
    ),
  };
};

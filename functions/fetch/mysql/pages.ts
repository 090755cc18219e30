import type { PlanSource } from '../../../core/plan.ts';
import {
  csvField,
  parameter,
  quoted,
  type TableColumn,
  tableName,
} from './tableColumns.ts';

/** What a page is asked with: `line`, then the cursor of its last row. */
export interface PageQuery {
  readonly sql: string;
  readonly values: readonly string[];
}

/** Where the reading of a part of the table stands: its last row. */
export type Cursor = readonly string[];

/**
 * A part of the table that is read page by page, in the order of a key, so that
 * it can stop after any page and go on.
 */
export interface Part {
  /** How its files are named. */
  readonly name: string;
  /** Its file is there even if it is empty. */
  readonly isFirst: boolean;
  readonly page: (after: Cursor | undefined) => PageQuery;
}

/** What the parts are made of. */
export interface PartsInput {
  readonly source: PlanSource;
  readonly table: string;
  readonly columns: readonly TableColumn[];
  readonly key: TableColumn;
  readonly watermark: TableColumn;
  /** The greatest watermark when the reading began. */
  readonly high: string;
  /** The published watermark; without it, all is read. */
  readonly since?: string;
  /** How far below it to begin, in seconds (or in units of a number). */
  readonly lookback: number;
  readonly pageRows: number;
  /** Keys between which the first reading is split, in their order. */
  readonly splits: readonly string[];
}

/** The parts into which whole-number keys are split, and which may be empty. */
const RANGES = 8;

/**
 * Where to split a table, so that two connections can share it.
 * @returns nothing where the keys lie within a few pages.
 */
export const splitsOf = (
  low: bigint,
  high: bigint,
  pageRows: number,
): string[] => {
  const step = (high - low) / BigInt(RANGES);
  if (step < BigInt(pageRows)) return [];
  return Array.from({ length: RANGES - 1 }, (_, i) =>
    String(low + BigInt(i + 1) * step),
  );
};

const begin = ({ watermark, lookback }: PartsInput): string => {
  const since = parameter(watermark);
  const isTime = ['datetime', 'timestamp', 'date'].includes(watermark.kind);
  const back = Math.trunc(lookback);
  return isTime ? `${since} - INTERVAL ${back} SECOND` : `${since} - ${back}`;
};

/**
 * The parts of a reading. A first one goes by the key, which is the order that
 * the table lies in; a later one by (watermark, key), which needs an index. Rows
 * newer than `high` belong to the next run; rows without a watermark are read
 * each time, so that none is lost.
 */
export const partsOf = (input: PartsInput): Part[] => {
  const { columns, key, watermark, table, high, since, pageRows } = input;
  const { splits } = input;
  const [k, w] = [quoted(key.name), quoted(watermark.name)];
  // Not by CONCAT_WS, which would leave out a field that is NULL.
  const line = `CONCAT(${columns.map(csvField).join(", ',', ")})`;
  const from = `FROM ${tableName(table)}`;
  const limit = `LIMIT ${pageRows}`;
  const byKey = (
    name: string,
    where: string,
    values: readonly string[],
    isFirst = false,
  ): Part => ({
    ...{ name, isFirst },
    page: (after: Cursor | undefined) => ({
      sql:
        `SELECT ${line}, CAST(${k} AS CHAR) ${from} WHERE ${where}` +
        `${after ? ` AND ${k} > ${parameter(key)}` : ''} ORDER BY ${k} ${limit}`,
      values: [...values, ...(after ?? [])],
    }),
  });
  const upTo = `${w} <= ${parameter(watermark)}`;
  // As a plain comparison, an index on the watermark would have all rows sorted.
  const all = `IFNULL(${upTo}, TRUE)`;
  const range = (i: number): Part => {
    const [above, below] = [splits[i - 1], splits[i]];
    const ends = [
      ...(above === undefined ? [] : [`${k} > ${parameter(key)}`]),
      ...(below === undefined ? [] : [`${k} <= ${parameter(key)}`]),
    ];
    const values = [above, below].flatMap((end) => end ?? []);
    const where = [all, ...ends].join(' AND ');
    return byKey(`keys-${i + 1}`, where, [high, ...values], i === 0);
  };
  if (since === undefined)
    return Array.from({ length: splits.length + 1 }, (_, i) => range(i));
  const later: Part = {
    ...{ name: 'changes', isFirst: true },
    page: (after) => {
      const order = `ORDER BY ${w}, ${k} ${limit}`;
      const fields = `${line}, CAST(${w} AS CHAR), CAST(${k} AS CHAR)`;
      if (!after)
        return {
          sql: `SELECT ${fields} ${from} WHERE ${w} >= ${begin(input)} AND ${upTo} ${order}`,
          values: [since, high],
        };
      const [age = '', id = ''] = after;
      const p = parameter(watermark);
      return {
        sql:
          `SELECT ${fields} ${from} WHERE ${w} >= ${p} AND ` +
          `(${w} > ${p} OR ${k} > ${parameter(key)}) AND ${upTo} ${order}`,
        values: [age, age, id, high],
      };
    },
  };
  return [later, byKey('undated', `${w} IS NULL`, [])];
};

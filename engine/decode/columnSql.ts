import type { PlanColumn } from '../../core/plan.ts';
import { duckType, text } from '../sql.ts';
import {
  cleanText,
  epochLimit,
  fromEpoch,
  textExpression,
} from './textExpression.ts';

/** The least and the greatest value of a column. */
export type Bounds = readonly [number, number];

/** How one column is read, in three steps that build on each other. */
export interface ColumnSql {
  /** The value as found; text is already trimmed, and NULL where missing. */
  readonly input: string;
  /** The typed value, from the input's name. */
  readonly value: (input: string) => string;
  /** True where it does not decode; absent where every value does. */
  readonly bad?: (input: string, value: string) => string;
  /**
   * An aggregate over all inputs that is true only where none is bad. It costs
   * a small part of judging row by row, which is then left out.
   * @param bounds the least and the greatest input, where they are known.
   */
  readonly allGood?: (input: string, bounds?: Bounds) => string;
}

const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];
/** What is read as a type that every engine has and that holds all its values. */
const READ_AS = new Map([
  ['UTINYINT', 'SMALLINT'],
  ['USMALLINT', 'INTEGER'],
  ['UINTEGER', 'BIGINT'],
  ['UBIGINT', 'DECIMAL(20,0)'],
  ['JSON', 'VARCHAR'],
]);
/** Those in nanoseconds are not among them: digits would be lost. */
const COARSE_TIMES = ['TIMESTAMP_S', 'TIMESTAMP_MS'];
const same = (input: string) => input;
const lost = (input: string, value: string) =>
  `${input} IS NOT NULL AND ${value} IS NULL`;

/** In place of a column that the input lacks. */
export const MISSING = 'CAST(NULL AS VARCHAR)';

/** A text, decoded by the column's declaration. */
export const fromText = (raw: string, column: PlanColumn): ColumnSql => ({
  input: cleanText(raw, column),
  value: (input) => textExpression(input, column),
  ...(column.type !== 'string' && { bad: lost }),
});

/** A text of which all values were looked at: none is blank or means NULL. */
export const fromPlainText = (raw: string): ColumnSql => ({
  input: `trim(${raw})`,
  value: same,
});

/**
 * Whole numbers, and none beyond the limit. No part is ever negative, so that
 * none makes up for another; `trunc` is quicker where that holds for it, too.
 */
const allWhole =
  (limit: number) =>
  (input: string, [low, high]: Bounds = [-Infinity, Infinity]) => {
    const whole = `${low >= 0 ? 'trunc' : 'floor'}(${input})`;
    const isWhole = `coalesce(sum(${input} - ${whole}), 0) = 0`;
    return -limit <= low && high <= limit
      ? isWhole
      : `${isWhole} AND coalesce(max(abs(${input})), 0) <= ${limit}`;
  };

const INT_LIMIT = 2_147_483_647;
/** Beyond it a double does not hold every whole number. */
const DOUBLE_LIMIT = 9_007_199_254_740_992;

const fromDouble = (raw: string, column: PlanColumn): ColumnSql | undefined => {
  const isNot = (cast: string) => (input: string) =>
    `CAST(${cast.replace('$', input)} AS DOUBLE) IS DISTINCT FROM ${input}`;
  if (column.type === 'double')
    return {
      input: raw,
      value: same,
      bad: (input) => `NOT isfinite(${input})`,
      allGood: (input) => `coalesce(isfinite(sum(${input})), true)`,
    };
  if (column.type === 'int' || column.type === 'bigint') {
    const cast = `TRY_CAST($ AS ${duckType(column.type)})`;
    return {
      input: raw,
      value: (input) => cast.replace('$', input),
      bad: isNot(cast),
      allGood: allWhole(column.type === 'int' ? INT_LIMIT : DOUBLE_LIMIT),
    };
  }
  if (column.epoch) {
    const limit = epochLimit(column);
    const cast = 'TRY_CAST($ AS BIGINT)';
    // Of a day count, DATE + INTEGER takes half the time of the sound form;
    // what lies beyond the limit is bad by itself.
    const isDays = column.type === 'date' && column.epoch.unit === 'days';
    const since = text(column.epoch.since);
    return {
      input: raw,
      value: (input) =>
        isDays
          ? `TRY(DATE ${since} + TRY_CAST(${input} AS INTEGER))`
          : fromEpoch(cast.replace('$', input), column),
      bad: (input, v) =>
        `${isNot(cast)(input)} OR abs(${input}) > ${limit} OR ${lost(input, v)}`,
      allGood: allWhole(limit),
    };
  }
  return undefined;
};

/**
 * A column of a typed file, whose type there is `found`.
 * @returns `undefined` where that type cannot become the declared one.
 */
export const fromPhysical = (
  raw: string,
  found: string,
  column: PlanColumn,
): ColumnSql | undefined => {
  const readAs = READ_AS.get(found);
  if (readAs) return fromPhysical(`CAST(${raw} AS ${readAs})`, readAs, column);
  if (found === 'VARCHAR') return fromText(raw, column);
  if (found === 'DOUBLE') return fromDouble(raw, column);
  if (found === 'FLOAT') return fromDouble(`CAST(${raw} AS DOUBLE)`, column);
  const wanted = duckType(column.type);
  if (found === wanted) return { input: raw, value: same };
  if (INTEGERS.includes(found)) {
    if (column.epoch)
      return {
        input: `CAST(${raw} AS BIGINT)`,
        value: (input) => fromEpoch(input, column),
        bad: lost,
      };
    const isWider = INTEGERS.indexOf(wanted) >= INTEGERS.indexOf(found);
    return isWider
      ? { input: raw, value: (input) => `CAST(${input} AS ${wanted})` }
      : undefined;
  }
  // An instant becomes its wall-clock time in UTC, not in this machine's zone.
  if (column.type === 'timestamp' && found === 'TIMESTAMP WITH TIME ZONE')
    return { input: raw, value: (input) => `(${input} AT TIME ZONE 'UTC')` };
  if (column.type === 'timestamp' && COARSE_TIMES.includes(found))
    return { input: raw, value: (input) => `CAST(${input} AS TIMESTAMP)` };
  if (column.type.startsWith('decimal') && found.startsWith('DECIMAL'))
    return {
      input: raw,
      value: (input) => `TRY_CAST(${input} AS ${wanted})`,
      bad: (input, value) => `${value} IS DISTINCT FROM ${input}`,
    };
  return undefined;
};

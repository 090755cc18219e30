import type { PlanColumn } from '../../core/plan.ts';
import { duckType, text } from '../sql.ts';
import { timeFormat } from './timeFormat.ts';

const ISO_DATE = ['yyyy-MM-dd'];
const ISO_TIMESTAMP = [
  'yyyy-MM-dd HH:mm:ss',
  "yyyy-MM-dd'T'HH:mm:ss",
  'yyyy-MM-dd HH:mm:ss.SSS',
  "yyyy-MM-dd'T'HH:mm:ss.SSS",
];
const LAST_YEAR_DAYS = 2_932_896;

/** The text of a value: trimmed, NULL where it means "missing". */
export const cleanText = (raw: string, column: PlanColumn): string => {
  const trimmed = `nullif(trim(${raw}), '')`;
  if (!column.nulls?.length) return trimmed;
  const nulls = column.nulls.map((value) => text(value.trim())).join(', ');
  return `CASE WHEN trim(${raw}) IN (${nulls}) THEN NULL ELSE ${trimmed} END`;
};

const matches = (value: string, pattern: string, then: string) =>
  `CASE WHEN regexp_full_match(${value}, ${text(pattern)}) THEN ${then} END`;

/**
 * Groups of three; with commas also as in India, of two and three, however they
 * are mixed. One mark and two digits is a fraction in another notation.
 */
const grouped = (mark: string) =>
  mark === ','
    ? '[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}|[0-9]{1,3}(,[0-9]{2,3})+,[0-9]{2}'
    : `[0-9]{1,3}([${mark}][0-9]{3})+`;

/** A number's text in the one form that casts read: no groups, a point. */
const plainNumber = (value: string, column: PlanColumn) => {
  const mark = column.decimalMark ?? '.';
  const group = column.thousands;
  const whole = group ? `([0-9]+|${grouped(group)})` : '[0-9]+';
  const bare = group ? `replace(${value}, ${text(group)}, '')` : value;
  return {
    whole,
    mark: `[${mark}]`,
    plain: mark === '.' ? bare : `replace(${bare}, ${text(mark)}, '.')`,
  };
};

/**
 * Most texts are what a whole number would be written as: to see that takes a
 * third of the time of a pattern. The others are left to the pattern.
 */
const ifPlain = (value: string, type: string, otherwise: string) => {
  const whole = type.startsWith('DECIMAL') ? 'BIGINT' : type;
  return (
    `CASE WHEN CAST(TRY_CAST(${value} AS ${whole}) AS VARCHAR) = ${value} ` +
    `THEN TRY_CAST(${value} AS ${type}) ELSE ${otherwise} END`
  );
};

const integer = (value: string, column: PlanColumn) => {
  const { whole, mark, plain } = plainNumber(value, column);
  const type = duckType(column.type);
  const strict = matches(
    value,
    `[+-]?${whole}(${mark}0*)?`,
    `TRY_CAST(split_part(${plain}, '.', 1) AS ${type})`,
  );
  return ifPlain(value, type, strict);
};

const float = (value: string, column: PlanColumn) => {
  const { whole, mark, plain } = plainNumber(value, column);
  const cast = `TRY_CAST(${plain} AS DOUBLE)`;
  return matches(
    value,
    `[+-]?(${whole}(${mark}[0-9]*)?|${mark}[0-9]+)([eE][+-]?[0-9]+)?`,
    `CASE WHEN isfinite(${cast}) THEN ${cast} END`,
  );
};

/** Digits beyond the scale would be lost, so they do not decode. */
const fixed = (value: string, column: PlanColumn) => {
  const scale = Number(/,(\d+)\)/.exec(column.type)?.[1]);
  const { whole, mark, plain } = plainNumber(value, column);
  const bare = scale > 0 ? `|${mark}[0-9]{1,${scale}}0*` : '';
  const type = duckType(column.type);
  const strict = matches(
    value,
    `[+-]?(${whole}(${mark}[0-9]{0,${scale}}0*)?${bare})`,
    `TRY_CAST(${plain} AS ${type})`,
  );
  return ifPlain(value, type, strict);
};

const flag = (value: string, column: PlanColumn) => {
  const texts = (words: readonly string[]) =>
    words.map((word) => text(word.toLowerCase())).join(', ');
  return (
    `CASE WHEN lower(${value}) IN (${texts(column.trueAs ?? ['true', '1'])}) ` +
    `THEN true WHEN lower(${value}) IN ` +
    `(${texts(column.falseAs ?? ['false', '0'])}) THEN false END`
  );
};

const PER_DAY = { days: 1, seconds: 86_400, milliseconds: 86_400_000 };

/** The greatest count, in the column's unit, that is still a calendar day. */
export const epochLimit = (column: PlanColumn): number =>
  LAST_YEAR_DAYS * PER_DAY[column.epoch?.unit ?? 'days'];

/** A count of units since a day, as a date or a timestamp. */
export const fromEpoch = (count: string, column: PlanColumn): string => {
  const { unit, since } = column.epoch ?? { unit: 'days', since: '1970-01-01' };
  const day = `DATE ${text(since)}`;
  const limit = epochLimit(column);
  // The least BIGINT has no absolute value.
  const isSane = `${count} BETWEEN -${limit} AND ${limit}`;
  if (column.type === 'date') {
    const days = unit === 'days' ? count : `floor(${count} / ${PER_DAY[unit]})`;
    return `CASE WHEN ${isSane} THEN ${day} + CAST(${days} AS INTEGER) END`;
  }
  const micros = 86_400_000_000 / PER_DAY[unit];
  return (
    `CASE WHEN ${isSane} THEN make_timestamp(` +
    `epoch_us(CAST(${day} AS TIMESTAMP)) + ${count} * ${micros}) END`
  );
};

const time = (value: string, column: PlanColumn): string => {
  if (column.epoch) {
    const count =
      `TRY_CAST(split_part(` +
      `${matches(value, '[+-]?[0-9]+([.]0*)?', value)}, '.', 1) AS BIGINT)`;
    return fromEpoch(count, column);
  }
  const isDate = column.type === 'date';
  const formats = column.format ?? (isDate ? ISO_DATE : ISO_TIMESTAMP);
  const tries = [formats].flat().map((format) => {
    const { pattern, strptime } = timeFormat(format);
    const parsed = `try_strptime(${value}, ${text(strptime)})`;
    return matches(value, pattern, isDate ? `CAST(${parsed} AS DATE)` : parsed);
  });
  return tries.length === 1 ? (tries[0] ?? 'NULL') : `coalesce(${tries})`;
};

/**
 * The SQL of a column's typed value from its clean text: NULL where the text
 * does not decode. Strict, so that every engine can agree: no `1_000`, no hex,
 * no rounding, no lenient dates.
 */
export const textExpression = (value: string, column: PlanColumn): string => {
  switch (column.type) {
    case 'string': {
      const { pad } = column;
      return pad
        ? `CASE WHEN length(${value}) < ${pad.length} THEN ` +
            `lpad(${value}, ${pad.length}, ${text(pad.with)}) ` +
            `ELSE ${value} END`
        : value;
    }
    case 'int':
    case 'bigint':
      return integer(value, column);
    case 'double':
      return float(value, column);
    case 'boolean':
      return flag(value, column);
    case 'date':
    case 'timestamp':
      return time(value, column);
    default:
      return fixed(value, column);
  }
};

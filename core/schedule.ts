import { parseDay } from './period.ts';

/** The fields of a `cron(…)`, each checked and in the plainest form. */
export interface CronFields {
  readonly minutes: string;
  readonly hours: string;
  /** `*`, numbers, `L`, `LW`, or such as `15W`. */
  readonly dayOfMonth: string;
  readonly month: string;
  /** `*`, names from `SUN` to `SAT`, or such as `FRIL` and `TUE#2`. */
  readonly dayOfWeek: string;
  readonly year: string;
}

/** A schedule as EventBridge Scheduler understands it. */
export type Schedule =
  | { readonly kind: 'cron'; readonly fields: CronFields }
  | { readonly kind: 'rate'; readonly seconds: number }
  /** Once, at a wall-clock time of the pipeline's time zone. */
  | { readonly kind: 'at'; readonly at: string };

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');
const UNITS: Readonly<Record<string, number>> = {
  minute: 60,
  hour: 3600,
  day: 86_400,
};

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names that stand for the numbers from `min` on. */
  readonly names?: readonly string[];
}

const numberOf = (text: string, { name, min, max, names }: Field): number => {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + min : Number(text || Number.NaN);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(
      `${name} "${text}" is not between ${min} and ${max}` +
        (names ? ` or ${names[0]}-${names.at(-1)}` : ''),
    );
  return value;
};

/** The values of one part of a list: `5`, `1-5`, `10-50/10`, `0/15` or `*`. */
const numbersOf = (part: string, field: Field): number[] => {
  const [range = '', step, ...rest] = part.split('/');
  const [from = '', to, ...more] = range.split('-');
  const by = step === undefined ? 1 : Number(step || Number.NaN);
  if (rest.length + more.length > 0 || !Number.isInteger(by) || by < 1)
    throw new RangeError(`${field.name} "${part}" cannot be read`);
  const first = range === '*' ? field.min : numberOf(from, field);
  const isOpen = range === '*' || (to === undefined && step !== undefined);
  const last = isOpen ? field.max : numberOf(to ?? from, field);
  if (last < first)
    throw new RangeError(`${field.name} "${part}" runs backwards`);
  const count = Math.floor((last - first) / by) + 1;
  return Array.from({ length: count }, (_, i) => first + i * by);
};

const listOf = (text: string, field: Field): string => {
  if (text === '*') return text;
  const values = text.split(',').flatMap((part) => numbersOf(part, field));
  return [...new Set(values)].sort((a, b) => a - b).join(',');
};

const dayOfMonth = (text: string): string => {
  const field = { name: 'day-of-month', min: 1, max: 31 };
  if (text === '?') return '*';
  if (text === 'L' || text === 'LW') return text;
  if (text.endsWith('W')) return `${numberOf(text.slice(0, -1), field)}W`;
  return listOf(text, field);
};

const dayOfWeek = (text: string): string => {
  const field = { name: 'day-of-week', min: 1, max: 7, names: DAYS };
  const nameOf = (day: string) => DAYS[numberOf(day, field) - 1];
  if (text === '?') return '*';
  // The last day of a week; after a day, the last such day of the month.
  if (text === 'L') return 'SAT';
  if (text.endsWith('L')) return `${nameOf(text.slice(0, -1))}L`;
  const [day = '', nth] = text.split('#');
  if (nth !== undefined) {
    const week = { name: 'week of day-of-week', min: 1, max: 5 };
    return `${nameOf(day)}#${numberOf(nth, week)}`;
  }
  const list = listOf(text, field);
  return list === '*' ? list : list.split(',').map(nameOf).join(',');
};

const parseCron = (text: string): CronFields => {
  const fields = text.split(/ +/);
  const [minutes = '', hours = '', dom = '', month = '', dow = '', year = ''] =
    fields;
  if (fields.length !== 6)
    throw new RangeError(`cron(…) has six fields, not ${fields.length}`);
  if ((dom === '?') === (dow === '?'))
    throw new RangeError(
      'one of day-of-month and day-of-week must be "?", the other one not',
    );
  return {
    minutes: listOf(minutes, { name: 'minutes', min: 0, max: 59 }),
    hours: listOf(hours, { name: 'hours', min: 0, max: 23 }),
    dayOfMonth: dayOfMonth(dom),
    month: listOf(month, { name: 'month', min: 1, max: 12, names: MONTHS }),
    dayOfWeek: dayOfWeek(dow),
    year: listOf(year, { name: 'year', min: 1970, max: 2199 }),
  };
};

const parseAt = (at: string): string => {
  const [day = '', time = ''] = at.split('T');
  parseDay(day);
  if (!/^([01]\d|2[0-3])(:[0-5]\d){2}$/.test(time))
    throw new RangeError('at(…) takes a time such as 2024-11-20T13:00:00');
  return at;
};

/**
 * Reads `cron(…)`, `rate(…)` or `at(…)` as EventBridge Scheduler does: six cron
 * fields with the year last, day-of-week 1-7 for SUN-SAT.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @throws RangeError that says which field cannot be read.
 */
export const parseSchedule = (text: string): Schedule => {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.+)\)$/.exec(text) ?? [];
  if (kind === 'cron') return { kind, fields: parseCron(inner) };
  if (kind === 'at') return { kind, at: parseAt(inner) };
  const [, n, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
  if (kind !== 'rate' || !(Number(n) > 0))
    throw new RangeError(
      'it is neither cron(…) nor rate(…) nor at(…), such as cron(0 6 * * ? *)',
    );
  return { kind, seconds: Number(n) * (UNITS[unit] as number) };
};

import type { Card } from '../core/card.ts';

type Look = Pick<Card, 'format' | 'currency'>;

const numbers = (options: Intl.NumberFormatOptions) =>
  new Intl.NumberFormat('en-US', options);

const money = ({ currency }: Look): Intl.NumberFormatOptions =>
  currency
    ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }
    : {};

const optionsOf = (look: Look): Intl.NumberFormatOptions => {
  if (look.format === 'percent')
    return { style: 'percent', maximumFractionDigits: 1 };
  if (look.format === 'money')
    return {
      ...money(look),
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    };
  return { maximumFractionDigits: 2 };
};

/** `1,234.5`, `12.3%`, `R$1,234.50`; a dash for what is unknown. */
export const formatNumber = (value: number | null, look: Look = {}): string =>
  value === null ? '–' : numbers(optionsOf(look)).format(value);

/** Short, for axes and labels: `1.2M`, `12%`. */
export const formatShort = (value: number | null, look: Look = {}): string => {
  if (value === null) return '–';
  if (look.format === 'percent') return formatNumber(value, look);
  if (Math.abs(value) < 10_000 && look.format !== 'money')
    return formatNumber(value);
  return numbers({
    ...(look.format === 'money' && money(look)),
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  }).format(value);
};

/** Beside a bar or a part: written out below a million. */
export const formatLabel = (value: number, look: Look = {}): string =>
  look.format !== 'money' && Math.abs(value) < 1e6
    ? formatNumber(value, look)
    : formatShort(value, look);

/** `30 Nov 2018` of a day or moment as the engine writes it. */
export const formatDay = (value: unknown): string => {
  if (value === null || value === undefined) return '–';
  const day = new Date(`${String(value).slice(0, 10)}T00:00:00Z`);
  const month = new Intl.DateTimeFormat('en-US', {
    month: 'short',
    timeZone: 'UTC',
  }).format(day);
  return `${day.getUTCDate()} ${month} ${day.getUTCFullYear()}`;
};

/** A scalar's value: shortened from a million on, unless it is a date. */
export const formatScalar = (value: unknown, look: Look): string => {
  if (look.format === 'date') return formatDay(value);
  const number = value === null || value === undefined ? null : Number(value);
  return number !== null && Math.abs(number) >= 1e7
    ? formatShort(number, look)
    : formatNumber(number, look);
};

import type { Format } from '../core/card.ts';
import {
  formatDay,
  formatNumber,
  formatScalar,
  formatShort,
} from './format.ts';

const look = (format?: Format, currency?: string) => ({
  ...(format && { format }),
  ...(currency && { currency }),
});

test.each<[number | null, ReturnType<typeof look>, string, string]>([
  [null, look(), '–', '–'],
  [0, look(), '0', '0'],
  [1234.567, look(), '1,234.57', '1,234.57'],
  [1_234_567, look('number'), '1,234,567', '1.2M'],
  [0.8012, look('percent'), '80.1%', '80.1%'],
  [1_234_567.5, look('money'), '1,234,567.50', '1.2M'],
  [1_234_567.5, look('money', 'BRL'), 'R$1,234,567.50', 'R$1.2M'],
  [-2500, look('money', 'EUR'), '-€2,500.00', '-€2.5K'],
])('%p as %j', (value, how, long, short) => {
  expect(formatNumber(value, how)).toBe(long);
  expect(formatShort(value, how)).toBe(short);
});

test.each([
  ['2022-09-30', '30 Sep 2022'],
  ['2024-12-17 23:59:59', '17 Dec 2024'],
  [null, '–'],
])('the day %p', (value, shown) => {
  expect(formatDay(value)).toBe(shown);
});

test.each<[unknown, ReturnType<typeof look>, string]>([
  ['2994236', look(), '2,994,236'],
  ['86800000.00', look('money'), '86.8M'],
  ['2022-09-30', look('date'), '30 Sep 2022'],
  [null, look(), '–'],
])('a scalar of %p as %j', (value, how, shown) => {
  expect(formatScalar(value, how)).toBe(shown);
});

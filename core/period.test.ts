import { UsageError } from './errors.ts';
import {
  endOfPeriod,
  lastComplete,
  type PeriodKind,
  parseDay,
  periodBefore,
  periodOf,
  periodsBetween,
} from './period.ts';

test.each<[PeriodKind, string, string, string, string]>([
  ['day', '2024-02-29', '2024-02-29', '2024-02-29', '2024-02-29'],
  ['snapshot', '2021-12-31', '2021-12-31', '2021-12-31', '2021-12-31'],
  ['month', '2024-02-10', '2024-02', '2024-02-01', '2024-02-29'],
  ['month', '2023-02', '2023-02', '2023-02-01', '2023-02-28'],
  ['month', '2016-04-30', '2016-04', '2016-04-01', '2016-04-30'],
  ['month', '2016-12-31', '2016-12', '2016-12-01', '2016-12-31'],
])('the %s of %s is %s', (kind, text, label, first, last) => {
  expect(periodOf(kind, text)).toEqual({ kind, label, first, last });
});

test.each([
  '',
  'today',
  '2024',
  '2024-02',
  '2024-13-01',
  '2024-02-30',
  '2023-02-29',
  '24-02-01',
  '2024-2-1',
  '2024-02-01T00:00:00Z',
  ' 2024-02-01',
  '02/01/2024',
])('%j is no day', (text) => {
  const act = () => parseDay(text);
  expect(act).toThrow(UsageError);
  expect(act).toThrow(`"${text}" is not a date: write YYYY-MM-DD`);
});

test.each<[PeriodKind, string]>([
  ['day', '2024-02'],
  ['snapshot', '2024-02'],
  ['month', '2024-00'],
  ['month', '2024-2'],
])('no %s is called %s', (kind, text) => {
  expect(() => periodOf(kind, text)).toThrow(UsageError);
});

test.each<[PeriodKind, string, string]>([
  ['day', '2024-03-01T00:00:00Z', '2024-02-29'],
  ['day', '2024-03-01T23:59:59Z', '2024-02-29'],
  ['snapshot', '2024-01-01T12:00:00Z', '2023-12-31'],
  ['month', '2024-03-31T23:59:59Z', '2024-02'],
  ['month', '2024-01-01T00:00:00Z', '2023-12'],
])('the last complete %s at %s is %s', (kind, now, label) => {
  expect(lastComplete(kind, new Date(now)).label).toBe(label);
});

test('what is complete is counted in UTC, wherever the machine is', () => {
  const now = new Date('2024-03-01T01:00:00+05:00');
  expect(lastComplete('month', now).label).toBe('2024-01');
});

test.each<[PeriodKind, string, string, string[]]>([
  ['day', '2024-02-28', '2024-03-01', ['02-28', '02-29', '03-01']],
  ['month', '2023-12', '2024-02', ['2023-12', '2024-01', '2024-02']],
  ['snapshot', '2024-03-01', '2024-03-01', ['2024-03-01']],
  ['day', '2024-03-02', '2024-03-01', []],
])('every %s from %s to %s', (kind, from, to, labels) => {
  const found = periodsBetween(periodOf(kind, from), periodOf(kind, to));
  expect(found.map(({ label }) => label)).toEqual(
    labels.map((label) => (label.length === 5 ? `2024-${label}` : label)),
  );
  for (const [i, period] of found.entries())
    if (i > 0) expect(periodBefore(period)).toEqual(found[i - 1]);
});

test.each<[PeriodKind, string, string]>([
  ['day', '2024-02-29', '2024-03-01T00:00:00.000Z'],
  ['month', '2023-12', '2024-01-01T00:00:00.000Z'],
])('the %s of %s ends at %s', (kind, text, end) => {
  expect(endOfPeriod(periodOf(kind, text)).toISOString()).toBe(end);
});

test('labels of one kind sort by time', () => {
  const days = ['2023-12-31', '2024-01-01', '2024-09-30', '2024-10-01'];
  for (const kind of ['day', 'month', 'snapshot'] as const) {
    const labels = days.map((day) => periodOf(kind, day).label);
    expect(labels.toSorted()).toEqual(labels);
  }
});

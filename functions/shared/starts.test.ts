import { startsOf } from './starts.ts';

const iso = (moment: Date | undefined) =>
  moment?.toISOString().replace(':00.000Z', 'Z');

/** The first starts after a moment; the same ones backwards. */
const starts = (
  schedule: string,
  timezone: string,
  from: string,
  n: number,
) => {
  const { next, previous } = startsOf({ schedule, timezone });
  const found: Date[] = [];
  for (let at = next(new Date(from)); at && found.length < n; at = next(at))
    found.push(at);
  const backwards = found.slice(1).map((moment) => iso(previous(moment)));
  expect(backwards).toEqual(found.slice(0, -1).map(iso));
  return found.map(iso);
};

// Days of the week by `cal`: 2024-01-01 is a Monday.
test.each<[string, string, string[]]>([
  [
    'cron(0 6 * * ? *)',
    '2024-02-28T06:00:00Z',
    ['2024-02-29T06:00Z', '2024-03-01T06:00Z'],
  ],
  [
    'cron(0 6 ? * 1 *)',
    '2024-01-01T00:00:00Z',
    ['2024-01-07T06:00Z', '2024-01-14T06:00Z'],
  ],
  [
    'cron(0 6 ? * 7 *)',
    '2024-01-01T00:00:00Z',
    ['2024-01-06T06:00Z', '2024-01-13T06:00Z'],
  ],
  [
    'cron(0 6 ? * MON-FRI *)',
    '2024-01-05T00:00:00Z',
    ['2024-01-05T06:00Z', '2024-01-08T06:00Z'],
  ],
  [
    'cron(30 9 ? * 6L *)',
    '2024-01-01T00:00:00Z',
    ['2024-01-26T09:30Z', '2024-02-23T09:30Z'],
  ],
  [
    'cron(0 6 ? * 3#2 *)',
    '2024-01-01T00:00:00Z',
    ['2024-01-09T06:00Z', '2024-02-13T06:00Z'],
  ],
  [
    'cron(0 6 L * ? *)',
    '2024-01-31T07:00:00Z',
    ['2024-02-29T06:00Z', '2024-03-31T06:00Z'],
  ],
  [
    'cron(0 6 15W * ? *)',
    '2024-06-01T00:00:00Z',
    ['2024-06-14T06:00Z', '2024-07-15T06:00Z'],
  ],
  [
    'cron(0/30 6 1 1 ? 2024-2025)',
    '2024-01-01T06:00:00Z',
    ['2024-01-01T06:30Z', '2025-01-01T06:00Z', '2025-01-01T06:30Z'],
  ],
  [
    'rate(6 hours)',
    '2024-01-01T05:59:59Z',
    ['2024-01-01T06:00Z', '2024-01-01T12:00Z', '2024-01-01T18:00Z'],
  ],
])('%s after %s', (schedule, from, expected) => {
  expect(starts(schedule, 'UTC', from, expected.length)).toEqual(expected);
});

test.each<[string, string, string, string, string[]]>([
  [
    'summer and winter',
    'cron(0 6 1 1,7 ? *)',
    'Europe/Paris',
    '2024-01-01T00:00:00Z',
    ['2024-01-01T05:00Z', '2024-07-01T04:00Z'],
  ],
  [
    'a day of the week that is another one in UTC',
    'cron(0 1 ? * MON *)',
    'Asia/Tokyo',
    '2024-01-01T00:00:00Z',
    ['2024-01-07T16:00Z', '2024-01-14T16:00Z'],
  ],
  [
    'a time that does not exist is skipped',
    'cron(30 2 * * ? *)',
    'Europe/Paris',
    '2024-03-30T00:00:00Z',
    ['2024-03-30T01:30Z', '2024-04-01T00:30Z'],
  ],
  [
    'a time that comes twice counts once',
    'cron(30 1,2,3 * * ? *)',
    'Europe/Paris',
    '2024-10-26T23:00:00Z',
    ['2024-10-26T23:30Z', '2024-10-27T00:30Z', '2024-10-27T02:30Z'],
  ],
  [
    'clocks that are set by half an hour',
    'cron(0/15 1 * * ? *)',
    'Australia/Lord_Howe',
    '2024-04-06T14:00:00Z',
    ['2024-04-06T14:00Z', '2024-04-06T14:15Z', '2024-04-06T14:30Z'].slice(1),
  ],
])('%s', (_, schedule, timezone, from, expected) => {
  expect(starts(schedule, timezone, from, expected.length)).toEqual(expected);
});

test('once, in its time zone', () => {
  const { next, previous } = startsOf({
    schedule: 'at(2024-07-01T06:00:00)',
    timezone: 'America/New_York',
  });
  const at = '2024-07-01T10:00Z';
  expect(iso(next(new Date('2024-01-01')))).toBe(at);
  expect(iso(previous(new Date('2025-01-01')))).toBe(at);
  expect(next(new Date('2024-07-01T10:00:00Z'))).toBeUndefined();
  expect(previous(new Date('2024-07-01T10:00:00Z'))).toBeUndefined();
});

test('a schedule that is over has no next start, and a last one', () => {
  const { next, previous } = startsOf({
    schedule: 'cron(0 6 1 1 ? 2020)',
    timezone: 'UTC',
  });
  expect(next(new Date('2024-01-01'))).toBeUndefined();
  expect(iso(previous(new Date('2024-01-01')))).toBe('2020-01-01T06:00Z');
});

test('30 February never comes', () => {
  const { next, previous } = startsOf({
    schedule: 'cron(0 6 30 2 ? *)',
    timezone: 'UTC',
  });
  expect(next(new Date('2024-01-01'))).toBeUndefined();
  expect(previous(new Date('2024-01-01'))).toBeUndefined();
});

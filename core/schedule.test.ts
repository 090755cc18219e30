import { type CronFields, parseSchedule } from './schedule.ts';

const every: CronFields = {
  minutes: '0',
  hours: '6',
  dayOfMonth: '*',
  month: '*',
  dayOfWeek: '*',
  year: '*',
};

test.each<[string, Partial<CronFields>]>([
  ['0 6 * * ? *', {}],
  ['0 6 ? * * *', {}],
  ['0/15 * * * ? *', { minutes: '0,15,30,45', hours: '*' }],
  ['*/20 6 * * ? *', { minutes: '0,20,40' }],
  ['10-50/20 6 * * ? *', { minutes: '10,30,50' }],
  ['50/5 6 * * ? *', { minutes: '50,55' }],
  ['0 18,6-8 * * ? *', { hours: '6,7,8,18' }],
  ['0 6 1,15 * ? *', { dayOfMonth: '1,15' }],
  ['0 6 L * ? *', { dayOfMonth: 'L' }],
  ['0 6 LW * ? *', { dayOfMonth: 'LW' }],
  ['0 6 15W * ? *', { dayOfMonth: '15W' }],
  ['0 6 * jan,JUL ? *', { month: '1,7' }],
  ['0 6 * 1/3 ? *', { month: '1,4,7,10' }],
  ['0 6 ? * 1 *', { dayOfWeek: 'SUN' }],
  ['0 6 ? * 7 *', { dayOfWeek: 'SAT' }],
  ['0 6 ? * 2-6 *', { dayOfWeek: 'MON,TUE,WED,THU,FRI' }],
  ['0 6 ? * MON-FRI *', { dayOfWeek: 'MON,TUE,WED,THU,FRI' }],
  ['0 6 ? * L *', { dayOfWeek: 'SAT' }],
  ['0 6 ? * 6L *', { dayOfWeek: 'FRIL' }],
  ['0 6 ? * 3#2 *', { dayOfWeek: 'TUE#2' }],
  ['0 6 * * ? 2024-2026', { year: '2024,2025,2026' }],
])('cron(%s)', (text, differs) => {
  expect(parseSchedule(`cron(${text})`)).toEqual({
    kind: 'cron',
    fields: { ...every, ...differs },
  });
});

test.each([
  ['rate(1 minute)', 60],
  ['rate(90 minutes)', 5400],
  ['rate(2 hours)', 7200],
  ['rate(7 days)', 604_800],
])('%s is every %d seconds', (text, seconds) => {
  expect(parseSchedule(text)).toEqual({ kind: 'rate', seconds });
});

test('once', () => {
  const at = '2024-11-20T13:00:00';
  expect(parseSchedule(`at(${at})`)).toEqual({ kind: 'at', at });
});

test.each([
  ['daily', 'neither cron'],
  ['rate(0 days)', 'neither cron'],
  ['rate(1 week)', 'neither cron'],
  ['at(2024-02-30T00:00:00)', 'is not a date'],
  ['at(2024-02-03)', 'at(…) takes a time'],
  ['at(2024-02-03T24:00:00)', 'at(…) takes a time'],
  ['cron(0 6 * * ?)', 'six fields, not 5'],
  ['cron(0 0 6 * * ? *)', 'six fields, not 7'],
  ['cron(0 6 * * * *)', 'must be "?"'],
  ['cron(0 6 ? * ? *)', 'must be "?"'],
  ['cron(60 6 * * ? *)', 'minutes "60" is not between 0 and 59'],
  ['cron(0 24 * * ? *)', 'hours "24" is not between 0 and 23'],
  ['cron(0 6 0 * ? *)', 'day-of-month "0" is not between 1 and 31'],
  ['cron(0 6 32W * ? *)', 'day-of-month "32"'],
  ['cron(0 6 * 13 ? *)', 'month "13" is not between 1 and 12 or JAN-DEC'],
  ['cron(0 6 ? * 0 *)', 'day-of-week "0" is not between 1 and 7 or SUN-SAT'],
  ['cron(0 6 ? * 8 *)', 'day-of-week "8"'],
  ['cron(0 6 ? * 7-1 *)', 'day-of-week "7-1" runs backwards'],
  ['cron(0 6 ? * 3#6 *)', 'week of day-of-week "6"'],
  ['cron(0 6 * * ? 1969)', 'year "1969" is not between 1970 and 2199'],
  ['cron(0/0 6 * * ? *)', 'minutes "0/0" cannot be read'],
  ['cron(, 6 * * ? *)', 'minutes "" is not'],
  ['cron(1-2-3 6 * * ? *)', 'minutes "1-2-3" cannot be read'],
  ['cron(- 6 * * ? *)', 'minutes "" is not'],
])('%s is refused', (text, why) => {
  expect(() => parseSchedule(text)).toThrow(why);
});

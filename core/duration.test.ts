import { days, hours, minutes } from './duration.ts';

test.each([
  ['36 minutes', minutes(36), 2160],
  ['half a minute', minutes(0.5), 30],
  ['2 hours', hours(2), 7200],
  ['7 days', days(7), 604_800],
])('%s', (_, seconds, expected) => {
  expect(seconds).toBe(expected);
});

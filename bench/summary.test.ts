import { pairText } from './report.ts';
import { spread, summarise } from './summary.ts';

test.each([
  [[3], { median: 3, min: 3, max: 3 }],
  [[5, 1, 30], { median: 5, min: 1, max: 30 }],
  [[4, 1, 2, 9], { median: 3, min: 1, max: 9 }],
])('the spread of %j', (values, expected) => {
  expect(spread(values)).toEqual(expected);
});

const usage = (seconds: number, peakBytes: number) => ({
  seconds,
  cpuSeconds: 2 * seconds,
  peakBytes,
});

test('the report has medians, extremes, and the ratio of medians', () => {
  const summary = summarise(
    {
      ours: [usage(3, 300e6), usage(2, 200e6), usage(9, 900e6)],
      bare: [usage(2, 200e6), usage(1, 250e6), usage(4, 260e6)],
    },
    { seconds: 1.3, peakBytes: 1.25 },
  );

  expect(pairText('All of it', 'bare', summary)).toBe(
    [
      'All of it',
      '                   tributary             bare                 ratio  target',
      'wall time, s       3.00 (2.00 to 9.00)   2.00 (1.00 to 4.00)  1.50   above 1.30',
      'processor time, s  6.00 (4.00 to 18.00)  4.00 (2.00 to 8.00)  1.50',
      'peak memory, MB    300 (200 to 900)      250 (200 to 260)     1.20   within 1.25',
    ].join('\n'),
  );
});

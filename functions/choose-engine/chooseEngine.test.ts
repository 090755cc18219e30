import type { EngineFacts } from '../../platform/ports.ts';
import { chooseEngine } from './chooseEngine.ts';

const lambda: EngineFacts = {
  name: 'duckdb',
  startSeconds: 1,
  bytesPerSecond: 50e6,
  dollarsPerHour: 0.6,
  maxBytes: 5e9,
  maxSeconds: 900,
};
const glue: EngineFacts = {
  name: 'spark',
  startSeconds: 60,
  bytesPerSecond: 100e6,
  dollarsPerHour: 0.88,
};
const MB = 1e6;

test.each([
  ['nothing', 0, [lambda, glue], 'duckdb', '0 kB landed: about 1.0 s'],
  ['little', 90 * MB, [lambda, glue], 'duckdb', 'spark about 61 s for $0.0149'],
  [
    'too much',
    5_001 * MB,
    [lambda, glue],
    'spark',
    'duckdb is good for 5.0 GB',
  ],
  [
    'too slow',
    4_000 * MB,
    [{ ...lambda, maxSeconds: 60 }, glue],
    'spark',
    'duckdb may take 60 s, not 81 s',
  ],
  [
    'cheaper elsewhere',
    4_000 * MB,
    [{ ...lambda, dollarsPerHour: 9 }, glue],
    'spark',
    'spark',
  ],
  [
    'the same price',
    400 * MB,
    [lambda, glue].map((e) => ({ ...e, dollarsPerHour: 0 })),
    'duckdb',
    'spark about 64 s',
  ],
  ['as much as fits', 5_000 * MB, [lambda, glue], 'duckdb', 'about 101 s'],
  [
    'a byte more',
    5_000 * MB + 1,
    [lambda, glue],
    'spark',
    'duckdb is good for 5.0 GB',
  ],
  [
    'the last second it may take',
    4_000 * MB,
    [{ ...lambda, maxSeconds: 81 }, glue],
    'duckdb',
    'about 81 s',
  ],
  [
    'no more than another, by the least that is billed',
    4_000 * MB,
    [
      { ...lambda, dollarsPerHour: 1 },
      { ...glue, dollarsPerHour: 0.5, leastSeconds: 200 },
    ],
    'duckdb',
    'spark about 100 s for $0.0278',
  ],
  [
    'a wait that costs nothing',
    4_000 * MB,
    [
      { ...lambda, dollarsPerHour: 1 },
      { ...glue, startSeconds: 0, waitSeconds: 600, dollarsPerHour: 1 },
    ],
    'spark',
    'about 640 s for $0.0111',
  ],
  [
    'one price and one time',
    1 * MB,
    [glue, { ...glue, name: 'duckdb' as const }],
    'spark',
    'duckdb about 60 s for $0.0147',
  ],
  ['beyond all', 9e9, [lambda], 'duckdb', '9.0 GB landed'],
  ['no engine known', 9e9, [], 'duckdb', 'the only engine here'],
])('%s', (_, bytes, engines, name, reason) => {
  const chosen = chooseEngine(bytes, engines);
  expect(chosen.name).toBe(name);
  if (reason !== 'spark') expect(chosen.reason).toContain(reason);
});

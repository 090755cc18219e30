import { kindOf } from './kindOf.js';

test.each<[string, string | undefined]>([
  ['run', 'run'],
  ['run loans --lake DIR', 'run'],
  ['run --replay DIR', 'run-replay'],
  ['run --replay=DIR --engine spark --replay=DIR', 'run-engine-replay'],
  ['run --engine=spark --live', 'run-engine-live'],
  ['run --livelier', 'run'],
  ['run --help', undefined],
  ['run -h', undefined],
  ['--version', undefined],
  ['../run', undefined],
  ['', undefined],
])('%s is of the kind %s', (args, kind) => {
  expect(kindOf(args.split(' '))).toBe(kind);
});

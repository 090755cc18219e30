/** The rule with the engines that there are: where Spark is taken. */
import { awsEngines } from '../../platform/aws/awsEngines.ts';
import { localEngines } from '../../platform/local/localEngines.ts';
import { chooseEngine } from './chooseEngine.ts';

const GB = 1e9;
const nameFor = (bytes: number, engines = awsEngines) =>
  chooseEngine(bytes, engines).name;

test.each([
  ['nothing', 0, 'duckdb'],
  ['a sample', 1e6, 'duckdb'],
  ['twenty times the memory', 80 * GB, 'duckdb'],
  ['a byte more', 80 * GB + 1, 'spark'],
  ['what nothing is too large for', 1e15, 'spark'],
])('here, with 4 GB: %s', (_, bytes, name) => {
  expect(nameFor(bytes, localEngines('4GB', 2))).toBe(name);
});

test('here, more processors change nothing but the time', () => {
  for (const bytes of [0, 1e8, 80 * GB, 81 * GB])
    expect(nameFor(bytes, localEngines('4GB', 64))).toBe(
      nameFor(bytes, localEngines('4GB', 1)),
    );
});

/** What the Lambda is good for, in time and in room, whatever its speed. */
const [lambda] = awsEngines;
const { maxBytes = 0, maxSeconds = 0 } = lambda ?? {};
const inTime = lambda
  ? (maxSeconds - lambda.startSeconds) * lambda.bytesPerSecond
  : 0;
const limit = Math.min(maxBytes, inTime);

test.each([
  ['nothing', 0, 'duckdb', /for \$0\.000\d; spark about .* for \$0\.0147/],
  ['a GB', 1 * GB, 'duckdb', /spark about/],
  ['the most that it is good for', 0.999 * limit, 'duckdb', /spark about/],
  ['more', 1.001 * limit, 'spark', /duckdb (is good for|may take)/],
])('on AWS: %s', (_, bytes, name, reason) => {
  const chosen = chooseEngine(bytes, awsEngines);
  expect(chosen.name).toBe(name);
  expect(chosen.reason).toMatch(reason);
});

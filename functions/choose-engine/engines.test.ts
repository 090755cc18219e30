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

test.each([
  ['nothing', 0, 'duckdb', /for \$0\.000\d; spark about .* for \$0\.0147/],
  ['a GB', 1 * GB, 'duckdb', /spark about/],
  ['what would take too long', 2.4 * GB, 'spark', /duckdb may take 450 s, not/],
  ['what has no room', 2.5 * GB + 1, 'spark', /duckdb is good for 2\.5 GB/],
])('on AWS: %s', (_, bytes, name, reason) => {
  const chosen = chooseEngine(bytes, awsEngines);
  expect(chosen.name).toBe(name);
  expect(chosen.reason).toMatch(reason);
});

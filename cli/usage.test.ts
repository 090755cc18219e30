import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();

test.each([
  ['run loan', /there is no pipeline "loan"; did you mean "loans"\? Known: /],
  ['run nope', /there is no pipeline "nope"\. Known: arrivals, /],
  ['run corme', /there is no pipeline "corme"; did you mean "crime"\?/],
  ['validate loan', /there is no pipeline "loan"; did you mean "loans"\?/],
  ['runs loan', /there is no pipeline "loan"; did you mean "loans"\?/],
  ['rollback loan', /there is no pipeline "loan"; did you mean "loans"\?/],
  ['run loans --date 2022-02-30', /"2022-02-30" is not a date: write YYYY-/],
  ['run loans --date tomorrow', /"tomorrow" is not a date: write YYYY-MM-DD/],
  ['run --replay missing', /there is no folder \S+missing to replay/],
  ['run --replay empty', /empty has no recording of arrivals, .*: each is a /],
  ['run --pipelines empty', /there is no pipeline to run/],
  ['run loans --memory plenty', /'plenty' is invalid\. write a size such as/],
  ['run loans --memory 2', /'2' is invalid\. write a size such as 512MB/],
  ['run loans --parallel 0', /'0' is invalid\. write a whole number above 0/],
  ['runs --limit many', /'many' is invalid\. write a whole number above 0/],
  ['run --dat 2022-10-01', /unknown option '--dat'\n\(Did you mean --date\?\)/],
  ['sql SELECT --format xml', /Allowed choices are table, csv, json/],
  ['sql', /missing required argument 'query'/],
  ['rollback', /missing required argument 'pipeline'/],
  ['rnu', /unknown command 'rnu'\n\(Did you mean run\?\)/],
])(
  'tributary %s ends with 2, says why, and makes no lake',
  async (line, why) => {
    await mkdir(join(folder(), 'empty'), { recursive: true });
    const ended = await tributary(line.split(' '), folder());
    expect(ended.stderr).toMatch(why);
    expect(ended.stderr).not.toMatch(/^ +at /m);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({
      code: 2,
      stdout: '',
    });
    expect(await readdir(folder())).toEqual(['empty']);
  },
);

test('a date must fit the period, which the definition alone knows', async () => {
  const lake = join(folder(), 'lake');
  const args = ['run', 'loans', '--date', '2022-10', '--lake', lake];
  expect(await tributary(args)).toEqual({
    code: 2,
    stdout: 'loans: not started\n',
    stderr: 'UsageError: "2022-10" is not a date: write YYYY-MM-DD\n',
  });
});

test.each([
  ['run nope --json', 2, 'UsageError', 'there is no pipeline "nope"'],
  ['run --dat 2022-10-01 --json', 2, 'UsageError', "unknown option '--dat'"],
  ['run --parallel 0 --json', 2, 'UsageError', 'a whole number above 0'],
  ['plan nope --json', 1, 'UsageError', 'there is no pipeline "nope"'],
  ['plan --no-dta --json', 1, 'UsageError', "unknown option '--no-dta'"],
  ['rnu --json', 2, 'UsageError', "unknown command 'rnu'"],
])('tributary %s tells a machine why', async (line, code, name, message) => {
  const ended = await tributary(line.split(' '), folder());
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(message);
  expect(JSON.parse(ended.stdout)).toEqual({
    error: { name, message: expect.stringContaining(message) },
  });
});

test('--help tells what the exit codes mean', async () => {
  const { code, stdout } = await tributary(['--help']);
  expect(code).toBe(0);
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'Exit codes: 0 done, 1 a run failed (what was published stays), 2 the ' +
      'command or a definition is wrong, 3 another run works on the same ' +
      'pipeline and period, 130 stopped by Ctrl-C with some left to do.',
  );
  for (const name of ['run', 'runs', 'rollback', 'tables', 'sql', 'validate'])
    expect(stdout).toMatch(new RegExp(`^  ${name} \\[`, 'm'));
  expect(stdout).toContain('Examples:\n  tributary run ');
});

test('the help of a command has an example, and its defaults', async () => {
  const { code, stdout } = await tributary(['run', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('Examples:\n  tributary run ');
  expect(stdout).toContain('(default: ".tributary")');
});

test('the definitions that ship are sound', async () => {
  const { code, stdout, stderr } = await tributary(['validate']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('loans: sound\n');
});

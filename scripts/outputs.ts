// Writes docs/outputs.md: what the commands print over the five pipelines, on
// recorded input: npm run outputs -- --replay DIR
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_PIPELINES, ROOT } from '../cli/context.ts';
import { localDefinitions } from '../platform/local/localDefinitions.ts';

const { values } = parseArgs({ options: { replay: { type: 'string' } } });
if (values.replay === undefined) throw new TypeError('--replay DIR is missing');
const replay = resolve(values.replay);
const names = await localDefinitions(DEFAULT_PIPELINES).names();
const folder = await mkdtemp(join(tmpdir(), 'tributary-outputs-'));
const lake = join(folder, 'lake');

/** How many lines of a long output are shown, of its begin and of its end. */
const FIRST_LINES = 30;
const LAST_LINES = 15;
const parts: string[] = [];

const start = (args: readonly string[]) =>
  spawnSync(
    process.execPath,
    [join(ROOT, 'cli', 'tributary.js'), ...args, '--lake', lake],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 },
  );

const say = (title: string) => parts.push(`## ${title}\n`);

/** Runs a command and keeps what it prints; a failure stops everything. */
const show = (args: readonly string[], allowed: readonly number[] = [0]) => {
  const { status, stdout, stderr } = start(args);
  const said = `${stdout}${stderr}`
    .replaceAll(folder, '')
    .replaceAll(replay, 'DIR')
    .trimEnd();
  if (status === null || !allowed.includes(status))
    throw new Error(`${args.join(' ')} ended with ${status}: ${said}`);
  const lines = said.split('\n').map((line) => line.trimEnd());
  const more = lines.length - FIRST_LINES - LAST_LINES;
  const shown =
    more > 1
      ? [
          ...lines.slice(0, FIRST_LINES),
          `… ${more} lines more …`,
          ...lines.slice(-LAST_LINES),
        ]
      : lines;
  const typed = args
    .map((arg) => (arg === replay ? 'DIR' : arg))
    .map((arg) => (/[ *]/.test(arg) ? `"${arg}"` : arg));
  console.log(`${typed.join(' ')}: ${status}`);
  parts.push(
    '```text',
    `$ tributary ${typed.join(' ')}`,
    ...shown,
    ...(status === 0 ? [] : [`exit code ${status}`]),
    '```\n',
  );
};

const periodOf = (name: string): string => {
  const runs = JSON.parse(start(['runs', name, '--json']).stdout) as {
    period: string;
  }[];
  return runs[0]?.period ?? '';
};

say('run');
show(['run', '--replay', replay]);
say('tables');
show(['tables']);
say('status');
show(['status']);
say('runs');
show(['runs']);
for (const name of names) show(['runs', 'show', 'latest', name]);
say('plan: nothing would change');
show(['plan', '--replay', replay]);
say('plan: the samples in place of the input');
for (const name of names) show(['plan', name], [0, 1, 2]);
say('explain');
for (const name of names) show(['explain', name]);
say('quarantine');
for (const name of names) show(['quarantine', 'list', name]);
for (const name of names)
  show(['quarantine', 'show', name, '--limit', '2'], [0, 2]);
show(['quarantine', 'retry', 'crime', '--limit', '2'], [0, 1, 2]);
say('backfill');
for (const name of names) {
  const range = ['--from', periodOf(name), '--to', periodOf(name)];
  show(['backfill', name, ...range, '--dry-run', '--replay', replay]);
  show(['backfill', name, ...range, '--force', '--replay', replay]);
}
show(['run', 'arrivals', '--catch-up', '--replay', replay], [0, 1]);
say('rollback');
for (const name of names) show(['rollback', name]);
say('clean');
const bounds = ['--keep', '1', '--older-than', '0h'];
show(['clean', ...bounds, '--dry-run']);
show(['clean', ...bounds]);
say('schedule');
show(['schedule', '--once', '--replay', replay], [0, 1]);
say('render');
show(['render', '--out', 'pictures']);
say('validate');
show(['validate']);

await writeFile(
  join(ROOT, 'docs', 'outputs.md'),
  [
    '# What the commands print\n',
    'The commands of [operations](operations.md) over the five pipelines, on their whole',
    'recorded input, 3.1 million arrivals among it: `npm run outputs -- --replay DIR`.\nLong outputs are cut in the middle.\n',
    ...parts,
  ].join('\n'),
);
await rm(folder, { recursive: true });

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Attempt } from '../tryAll.ts';
import { jumpingClocks } from './clock.ts';
import { fullDisks } from './disk.ts';
import { fickleFiles } from './files.ts';
import { killAtRandom } from './kills.ts';
import { longLines } from './longLine.ts';
import { type Seeded, seeded } from './seeded.ts';
import { openStage, type Stage } from './stage.ts';

/**
 * Faults at random: `npm run test:faults -- --kills N --seed S`, one kind by
 * `--only kills|disks|files|clocks|lines`. The same seed draws the same faults;
 * where in a run they strike is up to the machine.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    only: { type: 'string' },
  },
});
const seed = Number(values.seed ?? randomInt(2 ** 31));
const kills = Number(values.kills);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(kills))
  throw new TypeError('--seed and --kills are whole numbers');

let passed = 0;
let failed = 0;

const told = (what: string, problems: readonly string[]) => {
  if (problems.length === 0) return;
  console.log(`FAILED ${what}`);
  for (const problem of problems) console.log(`  ${problem}`);
};

/** A test that struck nothing has shown nothing. */
const require = (what: string, isSo: boolean) => {
  if (isSo) return;
  failed++;
  console.log(`FAILED ${what}: it was not`);
};

/** One after the other: what fills a disk or spoils a file needs it quiet. */
const tryEach = async (what: string, attempts: readonly Attempt[]) => {
  const before = failed;
  for (const { name, problems } of attempts) {
    const found = await problems().catch((error: Error) => [`${error.stack}`]);
    if (found.length > 0) failed++;
    else passed++;
    told(name, found);
  }
  console.log(`${what}: ${attempts.length} tried, ${failed - before} failed`);
};

const kinds: Readonly<
  Record<string, (stage: Stage, random: Seeded) => Promise<void>>
> = {
  kills: async (stage, random) => {
    const done = await killAtRandom(stage, random, kills, console.log);
    told('kills', done.problems);
    console.log(
      `kills: ${done.kills} runs were killed, ${done.late} were over before; ` +
        `readers got ${done.reads} answers, ${done.wrong} of them wrong`,
    );
    require('a reader was answered', done.reads > 0);
    failed += done.problems.length;
    passed += Math.max(0, done.kills - done.problems.length);
  },
  disks: (stage, random) =>
    tryEach('disks that fill', fullDisks(stage, random, Math.ceil(kills / 20))),
  files: async (stage, random) => {
    const count = Math.ceil(kills / 10);
    const { attempts, spoiled } = fickleFiles(stage, random, count);
    await tryEach('files', attempts);
    console.log(`files: ${spoiled()} of these were there to be spoiled`);
    require('a file was spoiled', spoiled() > 0);
  },
  clocks: async (_, random) => {
    const { attempts, remove } = await jumpingClocks(
      random,
      Math.ceil(kills / 40),
    );
    await tryEach('clocks that jump', attempts);
    await remove();
  },
  lines: (stage) => tryEach('lines of 1 GiB', longLines(stage)),
};

if (values.only !== undefined && !kinds[values.only])
  throw new TypeError(`--only is one of ${Object.keys(kinds).join(', ')}`);
console.log(`seed ${seed}`);
const stage = await openStage();
console.log(
  `${stage.pipelines.length} pipelines, a run of all takes ${stage.wholeRun} ms`,
);
try {
  for (const [at, [kind, strike]] of Object.entries(kinds).entries())
    if (values.only === undefined || values.only === kind)
      // Each kind draws its own faults, whether or not others come before it.
      await strike(stage, seeded(seed + at * 7919));
} finally {
  await stage.remove();
}
console.log(`seed ${seed}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { killAtRandom } from './kills.ts';
import { seeded } from './seeded.ts';
import { openStage } from './stage.ts';

/**
 * Faults at random, over and over: `npm run test:faults -- --kills N --seed S`.
 * The same seed draws the same faults; when they strike is up to the machine.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string' },
  },
});
const seed = Number(values.seed ?? randomInt(2 ** 31));
const kills = Number(values.kills);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(kills))
  throw new TypeError('--seed and --kills are whole numbers');
console.log(`seed ${seed}`);

let passed = 0;
let failed = 0;
const stage = await openStage();
console.log(
  `${stage.pipelines.length} pipelines, a run of all takes ${stage.wholeRun} ms`,
);
try {
  const done = await killAtRandom(stage, seeded(seed), kills, console.log);
  for (const problem of done.problems) console.log(`FAILED ${problem}`);
  console.log(
    `${done.kills} runs were killed, ${done.late} were over before; readers ` +
      `got ${done.reads} answers (seed ${seed})`,
  );
  failed += done.problems.length;
  passed += Math.max(0, done.kills - done.problems.length);
} finally {
  await stage.remove();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

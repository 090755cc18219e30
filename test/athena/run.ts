import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../cli/context.ts';
import type { EngineName } from '../../core/definePipeline.ts';
import { ensureTrino } from './install.ts';
import { comparedRows, printFaults, printTotals } from './report.ts';
import { type Input, runRound } from './round.ts';
import { startTrino } from './server.ts';

// Runs every SQL text of every pipeline on Trino, which is what Athena is made
// of, and compares the rows with the engine's:
//   npm run test:athena -- [--real | --replay DIR] [--engine spark] [pipeline ...]
// With `--engine spark` the rows in question are what Spark published.
const REAL = join(ROOT, '../shared/data');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    replay: { type: 'string' },
    real: { type: 'boolean' },
    engine: { type: 'string', default: 'duckdb' },
  },
});

const engineOf = (name: string): EngineName => {
  if (name === 'duckdb' || name === 'spark') return name;
  throw new Error(`--engine ${name}: write duckdb or spark`);
};

const inputs = (): Input[] => {
  const engine = engineOf(values.engine);
  const title = (text: string) =>
    engine === 'spark' ? `${text}, published by Spark` : text;
  const { replay, real } = values;
  if (replay !== undefined) return [{ title: title(replay), replay, engine }];
  const samples = { title: title('samples'), engine };
  const hasReal = existsSync(REAL);
  if (real && !hasReal) throw new Error(`--real: there is no folder ${REAL}`);
  return hasReal && (real || process.env.CI)
    ? [samples, { title: title('real input'), replay: REAL, engine }]
    : [samples];
};

const start = async (dataDir: string) => {
  const installed = await ensureTrino(join(ROOT, '.cache'));
  return startTrino({ ...installed, dataDir });
};

const temp = await mkdtemp(join(tmpdir(), 'athena-'));
try {
  const rounds = inputs();
  const trino = start(join(temp, 'trino'));
  // Awaited in each round; here only so that no failure goes unheard before.
  trino.catch(() => undefined);
  try {
    let passed = 0;
    let failed = 0;
    for (const [i, input] of rounds.entries()) {
      const folder = join(temp, `round-${i}`);
      const verdicts = await runRound(trino, input, positionals, folder);
      await rm(folder, { recursive: true, force: true });
      console.log(`\n${input.title}`);
      printFaults(verdicts);
      printTotals(verdicts);
      const bad = verdicts.filter(({ faults }) => faults.length > 0).length;
      passed += verdicts.length - bad;
      failed += bad;
      if (comparedRows(verdicts) > 0) continue;
      console.log(`FAIL ${input.title}: no row of any pipeline was compared`);
      failed += 1;
    }
    console.log(`\n${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    await (await trino).stop();
  }
} finally {
  await rm(temp, { recursive: true, force: true });
}

// Writes the figures of docs/engines.md: npm run engines. With --measure it
// first runs both engines on generated loans: docs/engines.json.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, withFolder } from '../bench/measure.ts';
import { measureTree } from '../bench/spark/measureTree.ts';
import type { EngineName } from '../core/definePipeline.ts';
import type { Ledger } from '../functions/shared/ledger.ts';
import {
  type EngineMeasure,
  enginesPage,
  type MeasuredEngines,
  speedOf,
  withFigures,
} from './enginesPage.ts';
import { generateInput } from './generate.ts';

const FILE = join(ROOT, 'docs', 'engines.json');
const PAGE = join(ROOT, 'docs', 'engines.md');
const ENGINES = ['duckdb', 'spark'] as const;
const PIPELINE = 'loans';

const ledgerIn = async (lake: string): Promise<Ledger> => {
  const folder = join(lake, 'runs', PIPELINE);
  const [name = ''] = await readdir(folder);
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as Ledger;
};

/** A whole command, with the start of its engine. */
const measureRun = (
  engine: EngineName,
  rows: number,
  replay: string,
): Promise<EngineMeasure> =>
  withFolder(async (lake) => {
    const { cpuSeconds, peakBytes } = await measureTree([
      ...[process.execPath, join(ROOT, 'cli', 'tributary.js')],
      ...['run', PIPELINE, '--engine', engine],
      ...['--replay', replay, '--lake', lake, '--memory', '4GB'],
    ]);
    const { sources } = await ledgerIn(lake);
    const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
    return { engine, rows, bytes, cpuSeconds, peakBytes };
  });

const measure = async (sizes: readonly number[]): Promise<MeasuredEngines> => {
  const runs: EngineMeasure[] = [];
  for (const rows of sizes)
    await withFolder(async (replay) => {
      await generateInput(PIPELINE, replay, { rows, seed: 1 });
      for (const engine of ENGINES) {
        const run = await measureRun(engine, rows, replay);
        console.log(`${engine}, ${rows} rows: ${run.cpuSeconds.toFixed(1)} s`);
        runs.push(run);
      }
    });
  const on = new Date().toISOString().slice(0, 10);
  return { on, machine: `a machine of ${cpus().length} cores`, runs };
};

const { values } = parseArgs({
  options: {
    measure: { type: 'boolean', default: false },
    rows: { type: 'string', default: '1e5,1e6' },
  },
});
if (values.measure) {
  const made = await measure(values.rows.split(',').map(Number));
  await writeFile(FILE, `${JSON.stringify(made, null, 2)}\n`);
}
const measured = JSON.parse(await readFile(FILE, 'utf8')) as MeasuredEngines;
for (const engine of ENGINES) {
  const { start, perMegabyte } = speedOf(measured, engine);
  console.log(
    `${engine}: { start: ${start.toPrecision(2)}, ` +
      `perMegabyte: ${perMegabyte.toPrecision(2)} }`,
  );
}
const page = await readFile(PAGE, 'utf8');
await writeFile(PAGE, withFigures(page, enginesPage(measured)));
console.log('docs/engines.md is written');

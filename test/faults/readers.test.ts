import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  type Lakes,
  openLakes,
  platformOf,
  rollbackHere,
  runHere,
} from './lakes.ts';
import { problemsAtRest } from './problemsAtRest.ts';
import type { ReaderReport } from './reader.ts';

const READER = fileURLToPath(new URL('./reader.ts', import.meta.url));
const READS = 40;

let lakes: Lakes;
let inputs = '';
beforeAll(async () => {
  lakes = await openLakes();
  inputs = await mkdtemp(join(tmpdir(), 'tributary-inputs-'));
});
afterAll(async () => {
  await lakes.remove();
  await rm(inputs, { recursive: true });
});

/** An input of which every row, in every table, is of one batch. */
const inputOf = async (batch: number): Promise<string> => {
  const folder = join(inputs, String(batch));
  await mkdir(join(folder, 'shop'), { recursive: true });
  const files = {
    'recording.json': '{"date": "2024-05-02"}',
    'prices.csv': `item,price,batch\npen,${batch}.50,${batch}\n`,
    'lines.csv': `id,customer,item,amount,batch\n1,bob,pen,1,${batch}\n`,
  };
  for (const [name, body] of Object.entries(files))
    await writeFile(join(folder, 'shop', name), body);
  return folder;
};

/** A process that reads until `stop`, and counts. */
const startReader = (lake: string) => {
  const child = spawn(process.execPath, [READER, lake], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let reads = 0;
  let report: ReaderReport | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'read') reads++;
    else report = JSON.parse(line) as ReaderReport;
  });
  const end = once(child, 'close');
  return {
    reads: () => {
      if (child.exitCode !== null) throw new Error('the reader ended');
      return reads;
    },
    stop: async () => {
      child.stdin.end();
      await end;
      return report;
    },
  };
};

test('readers see all tables of one run, whatever is published or rolled back', async () => {
  const lake = await lakes.copy(await lakes.template());
  const publish = async (batch: number) => {
    const { error } = await runHere(lake, await inputOf(batch));
    expect(error).toBeUndefined();
  };
  await publish(1);
  const reader = startReader(lake);
  let batch = 1;
  while (reader.reads() < READS) {
    await publish(++batch);
    await publish(++batch);
    await rollbackHere(platformOf(lake));
  }
  const report = await reader.stop();
  expect(report).toMatchObject({ mixed: [], errors: [] });
  expect(report?.reads).toBeGreaterThanOrEqual(READS);
  expect(report?.batches.length).toBeGreaterThan(1);
  expect(await problemsAtRest(lake)).toEqual([]);
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { int, json } from '../../core/index.ts';
import type { LandedFile } from '../input.ts';
import { testBench } from '../testing/bench.ts';
import { planSource } from '../testing/prepare.ts';
import { writeRecords } from './writeRecords.ts';

const bench = testBench();
const source = planSource(
  json('events', { files: '*.json', columns: { id: int() } }),
);
const line = (id: number) => `{"id": ${id}, "text": "${'x'.repeat(900)}"}\n`;

/** How often others had their turn while records were written. */
const turnsDuring = async (act: () => Promise<unknown>) => {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await act();
  isOver = true;
  return turns;
};

test.each([
  ['one file', 1],
  ['the files of a pack', 5000],
])('others have their turn while %s is taken apart', async (_, parts) => {
  const { folder } = await bench();
  const local = join(folder, 'pack.bin');
  const lines = Array.from({ length: 5000 }, (_, id) => line(id));
  const each = lines.length / parts;
  const files: LandedFile[] = [];
  for (let i = 0, offset = 0; i < parts; i++) {
    const body = lines.slice(i * each, (i + 1) * each).join('');
    const place = { path: `${i}.json`, local, bytes: body.length };
    files.push({ ...place, offset, records: each });
    offset += body.length;
  }
  await writeFile(local, lines.join(''));
  const target = join(folder, 'records.ndjson');
  const turns = await turnsDuring(() => writeRecords(source, files, target));
  // Some 4.7 MB are written, and each MB is a turn.
  expect(turns).toBeGreaterThanOrEqual(4);
  const written = (await readFile(target, 'utf8')).trimEnd().split('\n');
  expect(written).toHaveLength(lines.length);
  expect(JSON.parse(written.at(-1) ?? '')).toMatchObject({
    n: lines.length,
    f: `${parts - 1}.json`,
    j: { id: lines.length - 1 },
  });
});

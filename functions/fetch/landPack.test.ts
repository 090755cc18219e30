import { constants } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanSource } from '../../core/plan.ts';
import { inTemporary } from '../../platform/contract/temporary.ts';
import { fileSystem } from '../../platform/local/fileSystem.ts';
import { localStore } from '../../platform/local/localStore.ts';
import type { Platform } from '../../platform/ports.ts';
import { digestOf } from './digest.ts';
import { landOne, landPack } from './land.ts';

test('one file that is too large among small ones is named, and none read', () =>
  inTemporary(async (scratch) => {
    const bytes = constants.MAX_STRING_LENGTH + 1;
    const files = [
      { path: 'a/1.json', bytes: 10 },
      { path: 'a/2.json', bytes },
    ];
    const source = { name: 's', form: { format: 'json' } } as PlanSource;
    let reads = 0;
    const read = async () => {
      reads += 1;
      return [];
    };
    const landed = landPack(
      {} as Platform,
      source,
      'pack-0.bin',
      files,
      scratch,
      read,
    );
    await expect(landed).rejects.toMatchObject({
      place: { file: 'a/2.json' },
      reason: expect.stringContaining('split it'),
    });
    expect(reads).toBe(0);
  }));

test.each(['json', 'csv'])(
  'a long file lands whole, and is counted: %s',
  (format) =>
    inTemporary(async (folder) => {
      const header = format === 'csv' ? 'id\n' : '';
      const line = (i: number) =>
        format === 'csv' ? `${i}\n` : `{"id": ${i}}\n`;
      const records = 300_000;
      const body = Buffer.from(
        header + Array.from({ length: records }, (_, i) => line(i)).join(''),
      );
      const local = join(folder, 'in');
      await writeFile(local, body);
      const store = localStore(join(folder, 'lake'), fileSystem);
      const form = { format, separator: ',', quote: '"' };
      const source = { name: 's', columns: [], form } as unknown as PlanSource;
      const file = { path: 'in', local, bytes: body.length };
      const landed = await landOne({ store } as Platform, source, 'l/', file);
      const bytes = body.length;
      expect(bytes).toBeGreaterThan(1 << 20);
      expect(landed).toMatchObject({ bytes, records, digest: digestOf(body) });
    }),
);

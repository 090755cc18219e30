import { constants } from 'node:buffer';
import type { PlanSource } from '../../core/plan.ts';
import { inTemporary } from '../../platform/contract/temporary.ts';
import type { Platform } from '../../platform/ports.ts';
import { landPack } from './land.ts';

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

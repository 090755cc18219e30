import { existsSync } from 'node:fs';
import { measureTree } from './measureTree.ts';

/** Takes 100 MB and half a second of the processor, in a process of its own. */
const BUSY = `
  const taken = Buffer.alloc(1e8, 1);
  const started = process.cpuUsage();
  while (process.cpuUsage(started).user < 5e5) taken[0] ^= 1;
  setTimeout(() => {}, 500);`;
const PARENT = `
  require('node:child_process').spawnSync(
    process.execPath, ['-e', ${JSON.stringify(BUSY)}], { stdio: 'inherit' });`;

if (existsSync('/proc/self/stat'))
  describe('a program and what it starts', () => {
    test('are measured together', async () => {
      const used = await measureTree([process.execPath, '-e', PARENT]);
      expect(used.cpuSeconds).toBeGreaterThan(0.45);
      expect(used.peakBytes).toBeGreaterThan(1e8);
      expect(used.seconds).toBeGreaterThan(0.9);
    }, 240_000);

    test('that fails says what it said', async () => {
      const failing = measureTree(['bash', '-c', 'echo no such table; exit 4']);
      await expect(failing).rejects.toThrow(/ended with 4\nno such table/);
    }, 240_000);
  });
else test('there is no /proc', () => expect(process.env.CI).toBeUndefined());

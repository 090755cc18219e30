import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { localSubject } from '../local/localSubject.ts';

const RIVAL = join(import.meta.dirname, 'rival.ts');

test('a rival that waits for what never comes ends with its parent', async () => {
  const place = await localSubject.newPlace();
  const argument = JSON.stringify({ key: 'never/written' });
  const args = [RIVAL, localSubject.module, place, 'read', argument];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  child.stdin.write('go\n');
  const first = await Promise.race([exit, wait(200, 'spins')]);
  expect(first).toBe('spins');
  // As the system does for a parent that is gone.
  child.stdin.destroy();
  expect(await exit).toEqual([0, null]);
  await localSubject.removePlace(place);
});

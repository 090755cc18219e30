import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { spillFolder } from './spillFolder.ts';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'spill-'));
});
afterEach(() => rm(parent, { recursive: true }));

test('two instances never share a folder', () => {
  expect(spillFolder(parent)).not.toBe(spillFolder(parent));
});

test('what a dead process left goes, what a living one uses stays', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const living = spillFolder(parent);
  const elsewhere = `not-${hostname()}.${pid}.00000000`;
  await mkdir(living);
  await mkdir(join(parent, elsewhere));
  await mkdir(join(parent, `${hostname()}.${pid}.00000000`));
  spillFolder(parent);
  expect((await readdir(parent)).sort()).toEqual(
    [basename(living), elsewhere].sort(),
  );
});

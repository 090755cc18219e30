import {
  mkdir,
  mkdtemp,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dropsContract } from '../contract/dropsContract.ts';
import { inTemporary } from '../contract/temporary.ts';
import { localDrops } from './localDrops.ts';

/** By another name first: within a tick of the clock a time stays the same. */
const write = async (file: string, body: string) => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, body);
  await rename(`${file}.new`, file);
};

dropsContract('a folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'tributary-'));
  return {
    drops: localDrops(root),
    put: (pipeline, path, body) => write(join(root, pipeline, path), body),
    take: (pipeline, path) => rm(join(root, pipeline, path)),
    remove: () => rm(root, { recursive: true }),
  };
});

test('a link to a file is a file, one to a folder or to nothing is none', () =>
  inTemporary(async (root) => {
    await write(join(root, 'elsewhere', 'a.csv'), 'x');
    await mkdir(join(root, 'shop'));
    const link = (to: string, name: string) =>
      symlink(to, join(root, 'shop', name));
    await link('../elsewhere/a.csv', 'file');
    await link('../elsewhere', 'folder');
    await link('../none', 'nothing');
    const folder = await localDrops(root).open('shop');
    expect(await folder.list('')).toMatchObject([{ path: 'file', bytes: 1 }]);
  }));

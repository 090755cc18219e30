import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretError } from '../../core/errors.ts';
import { localSecrets } from './localSecrets.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-secrets-'));
  await mkdir(join(folder, 'crime'));
});
afterAll(() => rm(folder, { recursive: true }));

const write = (body: string) =>
  writeFile(join(folder, 'crime', 'mysql.json'), body);

test('a rotated secret is read anew', async () => {
  const secrets = localSecrets(folder);
  await write('{"password": "old"}');
  expect(await secrets.read('crime/mysql')).toEqual({ password: 'old' });
  await write('{"password": "new"}');
  expect(await secrets.read('crime/mysql')).toEqual({ password: 'new' });
});

test.each(['["hunter2"]', 'hunter2', ''])(
  'what is no object is refused and not shown: %s',
  async (body) => {
    await write(body);
    const read = localSecrets(folder).read('crime/mysql');
    await expect(read).rejects.toThrow(SecretError);
    await expect(read).rejects.not.toThrow(/hunter2/);
  },
);

test('one that is missing says where it is looked for', async () => {
  await expect(localSecrets(folder).read('none')).rejects.toThrow(
    join(folder, 'none.json'),
  );
});

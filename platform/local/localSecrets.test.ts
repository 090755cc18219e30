import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretsContract } from '../contract/secretsContract.ts';
import { localSecrets } from './localSecrets.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-secrets-'));
  await mkdir(join(folder, 'crime'));
});
afterAll(() => rm(folder, { recursive: true }));

secretsContract('files', async () => ({
  secrets: localSecrets(folder),
  write: (name, body) => writeFile(join(folder, `${name}.json`), body),
}));

test('one that is missing says where it is looked for', async () => {
  await expect(localSecrets(folder).read('none')).rejects.toThrow(
    join(folder, 'none.json'),
  );
});

import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlanSource } from '../../core/plan.ts';
import { digestBeside, growingDigest, THREAD_BYTES } from './fileDigest.ts';
import { bodyAt } from './http/body.ts';

const sha256 = (...parts: readonly Buffer[]) => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
};

const CSV = {
  form: { format: 'csv', separator: ',', quote: '"' },
} as unknown as PlanSource;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'digest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the digest of a file that grows', () => {
  test.each([
    ['small: here', 100],
    ['large: by a thread, from its first byte', 1],
  ])('%s', async (name, threadBytes) => {
    const file = join(folder, `${name.length}`);
    const digest = growingDigest(file, threadBytes);
    const [a, b] = [Buffer.from('first'), Buffer.from('second')];
    digest.update(a);
    await writeFile(file, a);
    digest.written(a.length);
    digest.update(b);
    await writeFile(file, b, { flag: 'a' });
    expect(await digest.end(11)).toBe(sha256(a, b));
  });

  test('fails where the file is shorter than was said', async () => {
    const file = join(folder, 'short');
    await writeFile(file, 'abc');
    const digest = growingDigest(file, 1);
    digest.written(3);
    await expect(digest.end(4)).rejects.toThrow('ends at 3');
  });
});

test('of a small file, no thread takes the digest', () =>
  expect(digestBeside(join(folder, 'small'), 1)).toBeUndefined());

test('a large file that does not change', async () => {
  const file = join(folder, 'large');
  const bytes = Buffer.alloc(THREAD_BYTES + 12_345, 'abcdefg');
  await writeFile(file, bytes);
  expect(await digestBeside(file, bytes.length)).toBe(sha256(bytes));
});

describe('a large body', () => {
  const row = (i: number, of: number) =>
    Buffer.from(`${i},"line\r\nof ${of}, é"\r\n`.repeat(4000));
  const write = async (
    body: Awaited<ReturnType<typeof bodyAt>>,
    of: number,
  ) => {
    const digest = createHash('sha256');
    for (let i = 0; i < 400; i++) {
      const chunk = row(i, of);
      digest.update(chunk);
      await body.write(chunk);
    }
    return digest.digest('hex');
  };

  test('has the digest and the records of what is in the file', async () => {
    const body = await bodyAt(join(folder, 'body'), CSV);
    const digest = await write(body, 1);
    expect(body.bytes).toBeGreaterThan(THREAD_BYTES);
    expect(await body.finish('a.csv')).toEqual({
      bytes: body.bytes,
      sha256: digest,
      records: 400 * 4000 - 1,
    });
  }, 60_000);

  test('forgets what came before it began anew', async () => {
    const body = await bodyAt(join(folder, 'anew'), CSV);
    await write(body, 1);
    await body.restart();
    const digest = await write(body, 22);
    const { sha256: found, records } = await body.finish('a.csv');
    expect([found, records]).toEqual([digest, 400 * 4000 - 1]);
  }, 60_000);

  test('may be thrown away at any moment', async () => {
    const body = await bodyAt(join(folder, 'away'), CSV);
    await write(body, 1);
    await body.discard();
    await body.discard();
  }, 60_000);
});

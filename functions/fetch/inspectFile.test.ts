import { constants } from 'node:buffer';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlanSource } from '../../core/plan.ts';
import type { Form } from '../../core/source.ts';
import { digestOf, hasDigest, newDigester } from './digest.ts';
import { bodyAt } from './http/body.ts';
import { digestBeside, growingFile, THREAD_BYTES } from './inspectFile.ts';
import { LONGEST_LINE } from './refuseLongLines.ts';

const form = { format: 'csv', separator: ',', quote: '"' } as Form;
const CSV = { form } as unknown as PlanSource;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'digest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a file that grows', () => {
  test.each([
    ['small: here', 100],
    ['large: by a thread, from its first byte', 1],
  ])('%s', async (name, threadBytes) => {
    const file = join(folder, `${name.length}`);
    const growing = growingFile({ file, form }, threadBytes);
    const [a, b] = [Buffer.from('first\n1\n'), Buffer.from('2\n')];
    growing.update(a);
    await writeFile(file, a);
    growing.written(a.length);
    growing.update(b);
    await writeFile(file, b, { flag: 'a' });
    const { digest, records } = await growing.end(10);
    expect(records).toBe(2);
    const text = { bytes: a.length + b.length };
    expect(await hasDigest(file, text, digest)).toBe(true);
  });

  test('fails where the file is shorter than was said', async () => {
    const file = join(folder, 'short');
    await writeFile(file, 'abc');
    const growing = growingFile({ file }, 1);
    growing.written(3);
    await expect(growing.end(4)).rejects.toThrow('ends at 3');
  });

  test('is refused as soon as a record has no end', async () => {
    const file = join(folder, 'endless');
    await writeFile(file, `id\n"${'x'.repeat(LONGEST_LINE)}`);
    const growing = growingFile({ file, form }, 1);
    growing.written(LONGEST_LINE + 4);
    const wrong = 'record 2 is longer than 64 MiB';
    const later = async () => {
      for (;;) {
        growing.written(LONGEST_LINE + 4);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    await expect(later()).rejects.toThrow(wrong);
    await expect(growing.end(LONGEST_LINE + 4)).rejects.toThrow(wrong);
  }, 60_000);
});

test('of a small file, no thread takes the digest', () =>
  expect(digestBeside(join(folder, 'small'), 1)).toBeUndefined());

test('a large file that does not change', async () => {
  const file = join(folder, 'large');
  const bytes = Buffer.alloc(THREAD_BYTES + 12_345, 'abcdefg');
  await writeFile(file, bytes);
  expect(await digestBeside(file, bytes.length)).toBe(digestOf(bytes));
});

test('a body that is one text is refused as soon as it does not fit', async () => {
  const json = { form: { format: 'json' } } as unknown as PlanSource;
  const body = await bodyAt(join(folder, 'endless.json'), json);
  await body.write(Buffer.from('{"value": ['));
  const more = body.write(Buffer.alloc(constants.MAX_STRING_LENGTH));
  await expect(more).rejects.toThrow(/and one of its kind may have \d+: split/);
  expect(body.bytes).toBe(11);
  await body.discard();
});

describe('a large body', () => {
  const row = (i: number, of: number) =>
    Buffer.from(`${i},"line\r\nof ${of}, é"\r\n`.repeat(4000));
  const write = async (
    body: Awaited<ReturnType<typeof bodyAt>>,
    of: number,
  ) => {
    const digester = newDigester();
    for (let i = 0; i < 400; i++) {
      const chunk = row(i, of);
      digester.update(chunk);
      await body.write(chunk);
    }
    return digester.end();
  };

  test('has the digest and the records of what is in the file', async () => {
    const body = await bodyAt(join(folder, 'body'), CSV);
    const digest = await write(body, 1);
    expect(body.bytes).toBeGreaterThan(THREAD_BYTES);
    expect(await body.finish('a.csv')).toEqual({
      bytes: body.bytes,
      digest,
      records: 400 * 4000 - 1,
    });
  }, 60_000);

  test('forgets what came before it began anew', async () => {
    const body = await bodyAt(join(folder, 'anew'), CSV);
    await write(body, 1);
    await body.restart();
    const digest = await write(body, 22);
    const { digest: found, records } = await body.finish('a.csv');
    expect([found, records]).toEqual([digest, 400 * 4000 - 1]);
  }, 60_000);

  test('may be thrown away at any moment', async () => {
    const body = await bodyAt(join(folder, 'away'), CSV);
    await write(body, 1);
    await body.discard();
    await body.discard();
  }, 60_000);
});

import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../../core/errors.ts';
import { csv, string } from '../../core/index.ts';
import type { LandedFile } from '../input.ts';
import { testBench } from '../testing/bench.ts';
import { prepare, refusal } from '../testing/prepare.ts';
import { chunksOf, linesOf, refuseEncoding, transcode } from './readBytes.ts';

const bench = testBench();
const CHUNK = 1 << 20;

const write = async (bytes: Buffer | string): Promise<LandedFile> => {
  const { folder } = await bench();
  const local = join(folder, 'a.txt');
  await writeFile(local, bytes);
  const { size } = await stat(local);
  return { path: 'a.txt', local, bytes: size, records: 0 };
};

const transcoded = async (bytes: Buffer | string) => {
  const file = await write(bytes);
  const target = `${file.local}.utf8`;
  await transcode(file, target);
  return readFile(target, 'utf8');
};

/** ASCII up to a character of two bytes that lies on the chunks' border. */
const acrossChunks = `${'a'.repeat(CHUNK - 1)}é\n`;

describe('transcode', () => {
  test.each<[string, Buffer, string]>([
    ['plain ASCII', Buffer.from('a,b\n'), 'a,b\n'],
    ['nothing', Buffer.alloc(0), ''],
    ['an en dash', Buffer.from([0x41, 0x96, 0x42]), 'A–B'],
    ['the euro', Buffer.from([0x80, 0xa0, 0xff]), '€\u00a0ÿ'],
    ['accents', Buffer.from('\xcdndice', 'latin1'), 'Índice'],
    [
      'an accent at the end of a chunk',
      Buffer.from(`${'a'.repeat(CHUNK - 1)}\xe9\n`, 'latin1'),
      acrossChunks,
    ],
    ['an open UTF-8 sequence at the end', Buffer.from([0x41, 0xc3]), 'A\u00c3'],
    [
      'UTF-8 in one chunk and not in the next',
      Buffer.concat([
        Buffer.from('é'.repeat(CHUNK / 2)),
        Buffer.from([0xe9, 0x0a]),
      ]),
      `${'Ã©'.repeat(CHUNK / 2)}é\n`,
    ],
  ])('%s', async (_, bytes, expected) => {
    expect((await transcoded(bytes)) === expected).toBe(true);
  });

  test.each<[string, string]>([
    ['at the beginning', 'é\n'],
    ['across two chunks', acrossChunks],
    ['a sign of four bytes across two chunks', `${'a'.repeat(CHUNK - 2)}😀\n`],
    ['after a chunk of ASCII', `${'a'.repeat(CHUNK + 5)}é`],
    ['a byte order mark', '\uFEFFa,b\n'],
  ])('refuses UTF-8: %s', async (_, text) => {
    const error = await refusal(transcoded(text));
    expect(error).toBeInstanceOf(SourceError);
    expect(error.message).toBe(
      'file a.txt: the text is UTF-8, but the source declares windows-1252',
    );
  });
});

describe('refuseEncoding', () => {
  test.each<[string, Buffer, number]>([
    ['the first line', Buffer.from([0x96, 0x0a, 0x41]), 1],
    ['the last line', Buffer.from([0x41, 0x0a, 0x0a, 0xe9]), 3],
    [
      'behind UTF-8',
      Buffer.concat([Buffer.from('é\n€\n'), Buffer.from([0xe9, 0x0a])]),
      3,
    ],
    [
      'after a chunk that ends inside of a character',
      Buffer.concat([
        Buffer.from(`${'\n'.repeat(CHUNK - 1)}é\n`),
        Buffer.from([0xff]),
      ]),
      CHUNK + 1,
    ],
  ])('names the line: %s', async (_, bytes, line) => {
    const error = await refusal(refuseEncoding(await write(bytes)));
    expect(error.message).toBe(
      `file a.txt, line ${line}: the text is not UTF-8: declare its encoding, ` +
        'such as windows-1252',
    );
  });

  test('lets UTF-8 pass, whatever the chunks', async () => {
    await expect(
      refuseEncoding(await write(acrossChunks + acrossChunks)),
    ).resolves.toBeUndefined();
  });
});

describe('a part of a pack', () => {
  const body = Buffer.from('first\n\uFEFFsecond\r\nthird\nfourth');
  const part = async (): Promise<LandedFile> => ({
    ...(await write(body)),
    offset: 6,
    bytes: Buffer.byteLength('\uFEFFsecond\r\nthird\n'),
  });

  test('its bytes alone are read', async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of chunksOf(await part())) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('\uFEFFsecond\r\nthird\n');
  });

  test('its lines, without a byte order mark', async () => {
    const file = await part();
    expect(await linesOf(file, [file])).toEqual(['second', 'third', '']);
  });
});

describe('encodings of CSV', () => {
  const latin = csv('s', {
    files: '*',
    encoding: 'windows-1252',
    separator: ';',
    columns: { name: string({ from: 'Índice – A' }) },
    unused: ['n'],
  });
  const utf8 = csv('s', {
    files: '*',
    columns: { name: string({ from: 'Índice' }) },
    unused: ['n'],
  });
  const bytes = (text: string) => Buffer.from(text, 'latin1');

  test('Windows-1252, in the header and in the rows', async () => {
    const files = {
      'a.csv': bytes('\xcdndice \x96 A;n\nS\xe3o \x80;1\ncut\n\x93q\x94;2\n'),
    };
    const { rows, rejects } = await prepare(await bench(), latin, files);
    expect(rows).toEqual([{ name: 'São €' }, { name: '“q”' }]);
    expect(rejects).toMatchObject([{ path: 'a.csv', line: 3, raw: 'cut' }]);
  });

  test('UTF-8 with a byte order mark', async () => {
    const { rows } = await prepare(await bench(), utf8, {
      'a.csv': '\uFEFFÍndice,n\nSão,1\n',
    });
    expect(rows).toEqual([{ name: 'São' }]);
  });

  test.each<[string, Buffer, number]>([
    ['in the header', bytes('\xcdndice,n\nA,1\n'), 1],
    [
      'in a row',
      Buffer.concat([Buffer.from('Índice,n\nA,1\n"B\n'), bytes('\xe9",1\n')]),
      4,
    ],
    ['UTF-16', Buffer.from('\uFEFFÍndice,n\nA,1\n', 'utf16le'), 1],
  ])('refuses what is no UTF-8: %s', async (_, body, line) => {
    const error = await refusal(
      prepare(await bench(), utf8, { 'a.csv': body }),
    );
    expect(error.message).toBe(
      `source s, file a.csv, line ${line}: the text is not UTF-8: declare its ` +
        'encoding, such as windows-1252',
    );
  });

  test('refuses UTF-8 where Windows-1252 is declared', async () => {
    const error = await refusal(
      prepare(await bench(), latin, { 'a.csv': 'Índice – A;n\nA;1\n' }),
    );
    expect(error.message).toBe(
      'source s, file a.csv: the text is UTF-8, but the source declares ' +
        'windows-1252',
    );
  });
});

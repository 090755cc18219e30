import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, hasDigest, newDigester } from './digest.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'digest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** From the test vectors of both functions. */
const ABC = {
  blake3: '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85',
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
} as const;

/** The input of BLAKE3's own test vectors. */
const inputOf = (bytes: number) =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => i % 251));

test('few bytes in memory are digested by SHA-256', () => {
  expect(digestOf(Buffer.from('abc'))).toBe(`sha256:${ABC.sha256}`);
  expect(digestOf(inputOf(1024))).toMatch(/^sha256:/);
});

test('more bytes in memory are digested by BLAKE3, one after the other', () => {
  for (const _ of ['new', 'used again'])
    expect(digestOf(inputOf(1025))).toBe(
      'blake3:d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444',
    );
});

test.each([
  [0, 1],
  [1024, 1],
  [1024, 1024],
  [1025, 1],
  [1025, 1025],
  [5000, 1000],
])(
  '%i bytes in pieces of %i are digested as they are in memory',
  (bytes, at) => {
    const input = inputOf(bytes);
    const digester = newDigester();
    const piece = Buffer.alloc(at);
    for (let from = 0; from < bytes; from += at) {
      // Whoever reads may use memory again.
      input.copy(piece, 0, from, from + at);
      digester.update(piece.subarray(0, Math.min(at, bytes - from)));
    }
    expect(digester.end()).toBe(digestOf(input));
  },
);

test.each(['blake3', 'sha256'] as const)('%s, chunk by chunk', (algorithm) => {
  const digester = newDigester(algorithm);
  for (const byte of 'abc') digester.update(Buffer.from(byte));
  expect(digester.end()).toBe(`${algorithm}:${ABC[algorithm]}`);
});

test.each([
  ['the whole', 'abc', { bytes: 3 }, true],
  ['a part', 'xxabcxx', { offset: 2, bytes: 3 }, true],
  ['another part', 'xxabcxx', { offset: 1, bytes: 3 }, false],
  ['a file that is shorter', 'ab', { bytes: 3 }, false],
  ['nothing', 'abc', { bytes: 0 }, false],
])('%s is held against a digest of either', async (name, text, part, is) => {
  const file = join(folder, name);
  await writeFile(file, text);
  expect(await hasDigest(file, part, `blake3:${ABC.blake3}`)).toBe(is);
  expect(await hasDigest(file, part, `sha256:${ABC.sha256}`)).toBe(is);
});

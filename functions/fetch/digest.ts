import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { type Algorithm, algorithmOf, type Digest } from '../shared/digest.ts';

// On AWS it lies in a layer, where `import` does not look.
const load = createRequire(import.meta.url);
let loaded: typeof import('@napi-rs/blake-hash') | undefined;

/** Loaded when it is needed: a thread that lands small files needs none. */
const newBlake3 = () => {
  loaded ??= load('@napi-rs/blake-hash') as NonNullable<typeof loaded>;
  return new loaded.Blake3Hasher();
};

/** Takes the digest of bytes that come one after the other. */
export interface Digester {
  readonly update: (chunk: Buffer) => unknown;
  readonly end: () => Digest;
}

/** What both functions have. */
interface Hash {
  update(chunk: Buffer): unknown;
  digest(encoding: 'hex'): string;
}

const digesterBy = (algorithm: Algorithm): Digester => {
  const taken: Hash =
    algorithm === 'blake3' ? newBlake3() : createHash('sha256');
  return {
    update: (chunk) => taken.update(chunk),
    end: () => `${algorithm}:${taken.digest('hex')}`,
  };
};

/** Up to so many bytes, to call BLAKE3 takes longer than to take SHA-256. */
const FEW_BYTES = 1024;

/** As soon as there are more than a few bytes, by BLAKE3. */
const digesterBySize = (): Digester => {
  let first = Buffer.alloc(0);
  let digester: Digester | undefined;
  return {
    update: (chunk) => {
      if (digester) return digester.update(chunk);
      if (first.length + chunk.length <= FEW_BYTES)
        first = Buffer.concat([first, chunk]);
      else {
        digester = digesterBy('blake3');
        digester.update(first);
        digester.update(chunk);
      }
    },
    end: () => digester?.end() ?? digestOf(first),
  };
};

/**
 * What lands is digested by BLAKE3: on a processor without instructions for
 * SHA-256, in a tenth of the time. A few bytes are digested by SHA-256, as all
 * was before. The same bytes have the same digest, however they come.
 * @param algorithm in place of those.
 */
export const newDigester = (algorithm?: Algorithm): Digester =>
  algorithm ? digesterBy(algorithm) : digesterBySize();

/** Used again: of thousands of small files, a new one each takes as long again. */
let whole: ReturnType<typeof newBlake3> | undefined;

/** The digest of bytes that are in memory, as `newDigester` takes it. */
export const digestOf = (
  bytes: Buffer,
  algorithm: Algorithm = bytes.length > FEW_BYTES ? 'blake3' : 'sha256',
): Digest => {
  if (algorithm === 'sha256') return `sha256:${hash('sha256', bytes, 'hex')}`;
  whole ??= newBlake3();
  whole.reset();
  return `blake3:${whole.update(bytes).digest('hex')}`;
};

/** Whether a file has these bytes from an offset on. */
export const hasDigest = async (
  local: string,
  { offset: start = 0, bytes }: { offset?: number; bytes: number },
  digest: Digest,
): Promise<boolean> => {
  const digester = newDigester(algorithmOf(digest));
  const end = start + bytes - 1;
  if (bytes > 0)
    for await (const chunk of createReadStream(local, { start, end }))
      digester.update(chunk as Buffer);
  return digester.end() === digest;
};

import { PassThrough, pipeline, Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { SourceError } from '../../../core/errors.ts';

const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  // Part of Node since 22.15.
  ...(zlib.createZstdDecompress && {
    zstd: () => zlib.createZstdDecompress(),
  }),
};

export const ACCEPTED = 'gzip, deflate, br, zstd'
  .split(', ')
  .filter((name) => name in UNPACKERS)
  .join(', ');

/** No text shrinks so far; a bomb does. */
const MOST_RATIO = 300;
const SMALL = 16 << 20;

/** What a gzip file begins with; no text does. */
const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);

/** A body as it comes. */
export interface Packed {
  /** Its `Content-Encoding`; empty for none. */
  readonly encoding: string;
  /** Whether it is the beginning of a file. */
  readonly isStart: boolean;
  /** Called with the number of bytes that have come, as they come. */
  readonly onReceived: (bytes: number) => void;
}

/** A body as it was before it was packed. */
export interface Unpacked {
  readonly chunks: AsyncIterable<Buffer>;
  readonly isPacked: boolean;
}

async function* plain(
  first: Buffer | undefined,
  rest: AsyncIterator<Buffer>,
  onReceived: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  try {
    for (let chunk = first; chunk !== undefined; ) {
      onReceived(chunk.length);
      yield chunk;
      const next = await rest.next();
      chunk = next.done ? undefined : next.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** Streams keep several chunks, whose memory may be filled again. */
async function* copied(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

async function* unpack(
  packed: AsyncIterable<Buffer>,
  unpacker: Transform,
): AsyncGenerator<Buffer> {
  let received = 0;
  let given = 0;
  const counter = new PassThrough();
  counter.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  // Errors come out of the last stream.
  const stream = pipeline(
    Readable.from(copied(packed)),
    counter,
    unpacker,
    () => {},
  );
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    given += chunk.length;
    if (given > SMALL && given > received * MOST_RATIO)
      throw new SourceError(
        `${received} bytes unpack to more than ${MOST_RATIO} times as many: ` +
          'a gzip bomb?',
      );
    yield chunk;
  }
}

/**
 * Unpacks a body, whose chunks are good until the next is asked for, as its
 * `Content-Encoding` says; also a gzip file, such as `rows.csv.gz`, which has
 * none.
 * @throws SourceError for an encoding that is unknown; from the chunks, for a
 *   body that unpacks to many times its size.
 */
export const unpacked = async (
  body: AsyncIterable<Buffer>,
  { encoding, isStart, onReceived }: Packed,
): Promise<Unpacked> => {
  const isNamed = encoding !== '' && encoding !== 'identity';
  const unpacker = UNPACKERS[isNamed ? encoding : 'gzip'];
  if (!unpacker)
    throw new SourceError(`the encoding "${encoding}" is not known`);
  const rest = body[Symbol.asyncIterator]();
  const first = await rest.next();
  const start = first.done ? undefined : first.value;
  const chunks = plain(start, rest, onReceived);
  const isGzip = isStart && start?.subarray(0, GZIP.length).equals(GZIP);
  return isNamed || isGzip
    ? { chunks: unpack(chunks, unpacker()), isPacked: true }
    : { chunks, isPacked: false };
};

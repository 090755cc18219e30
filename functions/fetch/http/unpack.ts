import {
  PassThrough,
  pipeline,
  type Readable,
  type Transform,
} from 'node:stream';
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

/**
 * Unpacks a body as its `Content-Encoding` says.
 * @throws SourceError from the stream, for an encoding that is unknown and for
 *   a body that unpacks to many times its size.
 */
export async function* unpacked(
  body: Readable,
  encoding: string,
  onReceived: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  if (encoding === '' || encoding === 'identity') {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      onReceived(chunk.length);
      yield chunk;
    }
    return;
  }
  const unpacker = UNPACKERS[encoding];
  if (!unpacker) {
    body.destroy();
    throw new SourceError(`the encoding "${encoding}" is not known`);
  }
  let received = 0;
  let given = 0;
  const counter = new PassThrough();
  counter.on('data', (chunk: Buffer) => {
    received += chunk.length;
    onReceived(chunk.length);
  });
  // Errors come out of the last stream.
  const stream = pipeline(body, counter, unpacker(), () => {});
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

import { createHash } from 'node:crypto';
import {
  brotliCompressSync,
  constants,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { asked, type Respond } from './startServer.ts';

const PACKERS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: gzipSync,
  // At its usual quality it takes seconds.
  br: (body) =>
    brotliCompressSync(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    }),
  zstd: zstdCompressSync,
};

export interface FileServerOptions {
  /** Packs every body so, whatever is asked for. */
  readonly encoding?: keyof typeof PACKERS;
  /** Default true: gives parts of a file, as RFC 9110 has it. */
  readonly ranges?: boolean;
  readonly type?: string;
}

export const etagOf = (body: Buffer): string =>
  `"${createHash('md5').update(body).digest('hex')}"`;

/**
 * A plain server of files, by path: entity tags, conditional requests, parts.
 * @param files may change while it serves.
 */
export const fileServer =
  (
    files: Readonly<Record<string, Buffer | string>>,
    { encoding, ranges = true, type = 'text/csv' }: FileServerOptions = {},
  ): Respond =>
  (request, response) => {
    const found = files[decodeURIComponent(asked(request).pathname)];
    if (found === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('no such file');
      return;
    }
    const body = Buffer.from(found);
    const etag = etagOf(body);
    const { headers } = request;
    const common = { etag, 'content-type': type };
    if (headers['if-none-match'] === etag) {
      response.writeHead(304, common);
      response.end();
      return;
    }
    const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
    if (ranges && from !== undefined && headers['if-range'] === etag) {
      const start = Number(from);
      response.writeHead(206, {
        ...common,
        'content-range': `bytes ${start}-${body.length - 1}/${body.length}`,
        'content-length': body.length - start,
      });
      response.end(body.subarray(start));
      return;
    }
    const pack = encoding && PACKERS[encoding];
    const sent = pack ? pack(body) : body;
    response.writeHead(200, {
      ...common,
      'content-length': sent.length,
      ...(encoding && { 'content-encoding': encoding }),
    });
    response.end(sent);
  };

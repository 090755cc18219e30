import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Connection } from 'mysql2';
import { SourceError } from '../../../core/errors.ts';
import type { Digest } from '../../shared/digest.ts';
import { newDigester } from '../digest.ts';
import type { Cursor, PageQuery } from './pages.ts';

const CHUNK_BYTES = 1 << 20;
const LINE_END = Buffer.from('\n');

/** A page that was written to a file. */
export interface WrittenPage {
  readonly rows: number;
  readonly bytes: number;
  readonly digest: Digest;
  readonly last: Cursor;
}

const tooLarge = (cursor: readonly (Buffer | null)[]) =>
  new SourceError(
    `the row with the key ${cursor.at(-1)?.toString('utf8')} is larger than ` +
      'the max_allowed_packet of the server',
  );

/**
 * Streams one page into a CSV file. The server waits while the disk is behind,
 * so that never more than some megabytes are held.
 * @param ended rejects where it is to end: a connection that is destroyed tells
 *   nobody.
 * @throws what the connection throws; the file is then to be thrown away.
 */
export const writePage = async (
  connection: Connection,
  { sql, values }: PageQuery,
  header: string,
  file: string,
  ended: Promise<never>,
): Promise<WrittenPage> => {
  const out = createWriteStream(file);
  const digester = newDigester();
  let parts: Buffer[] = [Buffer.from(header), LINE_END];
  let held = header.length + 1;
  let [bytes, rows] = [0, 0];
  let last: (Buffer | null)[] = [];
  const flush = (): boolean => {
    const chunk = Buffer.concat(parts);
    parts = [];
    held = 0;
    bytes += chunk.length;
    digester.update(chunk);
    return out.write(chunk);
  };
  let onLost = (_: Error) => {};
  try {
    await new Promise<void>((resolve, reject) => {
      // A query that streams is not told when its connection is lost.
      onLost = reject;
      connection.once('error', onLost);
      ended.catch(reject);
      const query = connection.execute({
        sql,
        values: [...values],
        rowsAsArray: true,
        typeCast: (field: { buffer(): Buffer | null }) => field.buffer(),
      } as never);
      out.on('error', reject);
      query.on('error', reject);
      query.on('result', (row) => {
        const [line, ...cursor] = row as unknown as (Buffer | null)[];
        last = cursor;
        if (!line) return reject(tooLarge(cursor));
        rows++;
        parts.push(line, LINE_END);
        held += line.length + 1;
        if (held < CHUNK_BYTES || flush()) return;
        connection.pause();
        out.once('drain', () => connection.resume());
      });
      query.on('end', resolve);
    });
    flush();
    out.end();
    await finished(out);
  } catch (error) {
    out.destroy();
    throw error;
  } finally {
    connection.removeListener('error', onLost);
  }
  return {
    rows,
    bytes,
    digest: digester.end(),
    last: last.map((value) => value?.toString('utf8') ?? ''),
  };
};

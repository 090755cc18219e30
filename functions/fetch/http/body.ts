import { open, readFile, rm } from 'node:fs/promises';
import { SourceError } from '../../../core/errors.ts';
import type { PlanSource } from '../../../core/plan.ts';
import type { Digest } from '../../shared/digest.ts';
import { countRecords, isOneText, refuseLarge } from '../countRecords.ts';
import { growingFile } from '../inspectFile.ts';
import { writeAll } from '../writeAll.ts';
import { LARGE_BYTES } from './longBody.ts';

/** Written to disk when so much has come together. */
const BATCH_BYTES = 1 << 20;

/** What was received, as a file of this machine. */
export interface Received {
  readonly bytes: number;
  readonly digest: Digest;
  readonly records: number;
}

/** A file that fills while its bytes are inspected. */
export interface Body {
  readonly file: string;
  readonly bytes: number;
  /** The memory of a large chunk may be filled again afterwards. */
  write(chunk: Buffer): Promise<void>;
  /** Forgets all that was written. */
  restart(): Promise<void>;
  /** @throws SourceError where the bytes are not in the source's form. */
  finish(path: string): Promise<Received>;
  /** Removes the file, whatever state it is in. */
  discard(): Promise<void>;
}

const HTML = /^\uFEFF?\s*<(!doctype html|html)\b/i;

/** An error page that says it is all right. */
const refuseHtml = (
  source: PlanSource,
  chunk: Buffer,
  shown: (text: string) => string,
) => {
  if (source.form.format === 'text') return;
  const text = chunk.subarray(0, 512).toString('utf8');
  if (HTML.test(text))
    throw new SourceError(
      `it answers with an HTML page in place of ${source.form.format}: ` +
        JSON.stringify(shown(text).slice(0, 80)),
    );
};

/** @param shown a text of the server's as it may be written down. */
export const bodyAt = async (
  file: string,
  source: PlanSource,
  shown = (text: string) => text,
): Promise<Body> => {
  const out = await open(file, 'w');
  let bytes = 0;
  const growing = growingFile({ file, form: source.form });
  let batch: Buffer[] = [];
  let batched = 0;
  let writing: Promise<unknown> = Promise.resolve();
  /** One write at a time, while the next batch comes together. */
  const flush = async () => {
    const chunks = batch;
    const at = bytes - batched;
    batch = [];
    batched = 0;
    await writing;
    growing.written(at);
    if (chunks.length > 0) writing = writeAll(out, chunks, at);
  };
  return {
    file,
    get bytes() {
      return bytes;
    },
    write: async (chunk) => {
      if (bytes === 0) refuseHtml(source, chunk, shown);
      if (isOneText(source)) refuseLarge({ bytes: bytes + chunk.length });
      growing.update(chunk);
      batch.push(chunk);
      batched += chunk.length;
      bytes += chunk.length;
      const isLarge = chunk.length >= LARGE_BYTES;
      if (isLarge || batched >= BATCH_BYTES) await flush();
      if (isLarge) await writing;
    },
    restart: async () => {
      await writing;
      await growing.restart();
      await out.truncate(0);
      batch = [];
      bytes = batched = 0;
    },
    finish: async (path) => {
      await flush();
      await writing;
      const { digest, ...found } = await growing.end(bytes);
      await out.close();
      const records =
        found.records ??
        (await countRecords(
          source,
          { path, local: file, bytes },
          source.form.format === 'parquet' ? [] : [await readFile(file)],
        ));
      return { bytes, digest, records };
    },
    discard: async () => {
      await writing.catch(() => {});
      await growing.stop();
      await out.close();
      await rm(file, { force: true });
    },
  };
};

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { PlanSource } from '../../core/plan.ts';
import type { LandedFile } from '../input.ts';
import { linesOf } from './readBytes.ts';
import { recordsOf } from './recordsOf.ts';

/** What was written: one line for each record. */
export interface WrittenRecords {
  /** The longest line, in bytes at most. */
  readonly longest: number;
  /** Each member of the records, and the first file that has it. */
  readonly members: ReadonlyMap<string, string>;
}

const BATCH = 1 << 20;
const MAX_BYTES_PER_CHAR = 3;

const parseObject = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? value
      : undefined;
  } catch {
    return undefined;
  }
};

/** A JSON text holds line breaks between its tokens only. */
const onOneLine = (json: string) =>
  json.includes('\n') ? json.replace(/\s*\n\s*/g, ' ') : json;

/**
 * Writes all records of a source as JSON lines: number `n`, path `f`, line `l`,
 * the record itself as `j` (null where it is no JSON object), its page as `p`.
 */
export const writeRecords = async (
  source: PlanSource,
  files: readonly LandedFile[],
  target: string,
): Promise<WrittenRecords> => {
  const out = createWriteStream(target);
  const members = new Map<string, string>();
  let longest = 0;
  let row = 0;
  let batch = '';
  for (const file of files) {
    const path = JSON.stringify(file.path);
    for (const { l, j, p, value: parsed } of recordsOf(
      source,
      file,
      await linesOf(file, files),
    )) {
      const record = parsed ?? parseObject(j);
      for (const name in record)
        if (!members.has(name)) members.set(name, file.path);
      const value = record ? onOneLine(j) : 'null';
      const page = p === undefined ? '' : `,"p":${p}`;
      const line = `{"n":${++row},"f":${path},"l":${l},"j":${value}${page}}\n`;
      longest = Math.max(longest, line.length * MAX_BYTES_PER_CHAR);
      batch += line;
      if (batch.length < BATCH) continue;
      if (!out.write(batch)) await once(out, 'drain');
      batch = '';
    }
  }
  out.end(batch);
  await once(out, 'close');
  return { longest, members };
};

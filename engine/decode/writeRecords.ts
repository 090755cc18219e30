import { setImmediate as othersTurn } from 'node:timers/promises';
import type { PlanSource } from '../../core/plan.ts';
import type { LandedFile } from '../input.ts';
import { jsonFault } from '../records/jsonFault.ts';
import { linesOf } from './readBytes.ts';
import { recordsOf } from './recordsOf.ts';
import { type Write, writing } from './writing.ts';

/** What was written: one line for each record. */
export interface WrittenRecords {
  /** The longest line, in bytes at most. */
  readonly longest: number;
  /** Each member of the records, and the first file that has it. */
  readonly members: ReadonlyMap<string, string>;
}

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
 * the record itself as `j`, its page as `p`. A record that cannot be used has
 * the reason instead, as `why`.
 */
export const writeRecords = (
  source: PlanSource,
  files: readonly LandedFile[],
  target: string,
): Promise<WrittenRecords> =>
  writing(target, (write) => writeEach(source, files, write));

const writeEach = async (
  source: PlanSource,
  files: readonly LandedFile[],
  write: Write,
): Promise<WrittenRecords> => {
  const isJson = source.form.format === 'json';
  const members = new Map<string, string>();
  let longest = 0;
  let row = 0;
  for (const file of files) {
    const path = JSON.stringify(file.path);
    for (const { l, t, j, p, pageFault, value: parsed } of recordsOf(
      source,
      file,
      await linesOf(file, files),
    )) {
      const record = parsed ?? parseObject(j);
      const why = record
        ? (pageFault ?? jsonFault(isJson ? t : j, record))
        : 'not a JSON object';
      const place = `"n":${++row},"f":${path},"l":${l}`;
      const page = p === undefined ? '' : `,"p":${p}`;
      const line = why
        ? `{${place},"why":${JSON.stringify(why)}}\n`
        : `{${place},"j":${onOneLine(j)}${page}}\n`;
      if (!why)
        for (const name in record)
          if (!members.has(name)) members.set(name, file.path);
      longest = Math.max(longest, line.length * MAX_BYTES_PER_CHAR);
      if (write(line)) await othersTurn();
    }
  }
  return { longest, members };
};

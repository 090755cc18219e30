import { SourceError, within } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { LandedFile } from '../input.ts';
import { jsonFault } from '../records/jsonFault.ts';
import { type JsonRecord, scanJson } from '../records/scanJson.ts';
import { scanValues } from '../records/scanValues.ts';

/** A record: its line, its raw text, its JSON, and the page it came on. */
export interface DocumentRecord {
  readonly l: number;
  readonly t: string;
  readonly j: string;
  readonly p?: string;
  /** Why no record of the page can be used. */
  readonly pageFault?: string | undefined;
  /** What `j` is, where it is parsed already. */
  readonly value?: object;
}

/** Part of ES2026, and of Node since 22; TypeScript's libraries lack it. */
declare global {
  interface JSON {
    rawJSON(text: string): unknown;
    isRawJSON(value: unknown): boolean;
  }
}

/** Keeps numbers as they are written: 10.0 stays 10.0. */
const parseExact = (raw: string): unknown =>
  JSON.parse(raw, (_key, value, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined
      ? JSON.rawJSON(context.source)
      : value,
  );

/** With each member that is a number as its text: the engine rounds numbers. */
const withExactNumbers = (value: unknown): string => {
  const isObject = typeof value === 'object' && value !== null;
  if (!isObject || Array.isArray(value) || JSON.isRawJSON(value))
    return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => [
    key,
    JSON.isRawJSON(member) ? (member as { rawJSON: string }).rawJSON : member,
  ]);
  return JSON.stringify(Object.fromEntries(members));
};

/** Keeps the digits of numbers; what is no JSON stays as it is. */
const exact = (raw: string): string => {
  try {
    return withExactNumbers(parseExact(raw));
  } catch {
    return raw;
  }
};

const MOST_NAMES = 5;

/** What a page is that is no list, in words. */
const inWords = (value: unknown): string => {
  if (value === null) return 'null';
  if (JSON.isRawJSON(value)) return 'a number';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const names = Object.keys(value).map((name) => JSON.stringify(name));
  const more = names.length > MOST_NAMES ? ', …' : '';
  return names.length === 0
    ? 'an empty object'
    : `an object of ${names.slice(0, MOST_NAMES).join(', ')}${more}`;
};

/** A page's records, and its other members; one that is a list has none. */
const openPage = (
  page: JsonRecord,
  member: string | null,
  parse: (raw: string) => unknown,
): { readonly records: unknown[]; readonly rest?: object } => {
  let parsed: unknown;
  try {
    parsed = parse(page.raw);
  } catch (cause) {
    throw new SourceError(
      'the page is not JSON',
      { line: page.line },
      { cause },
    );
  }
  if (member === null) {
    if (Array.isArray(parsed)) return { records: parsed };
    throw new SourceError(
      `the page is ${inWords(parsed)}, and no list: is it an error page, or ` +
        'are its records in a member (`records`)?',
      { line: page.line },
    );
  }
  const { [member]: records, ...rest } = (parsed ?? {}) as Record<
    string,
    unknown
  >;
  if (!Array.isArray(records))
    throw new SourceError(
      `the page has no list "${member}": ` +
        (Array.isArray(parsed)
          ? 'it is a list itself, which needs no `records`'
          : 'is it an error page?'),
      { line: page.line, column: member },
    );
  return { records, rest };
};

function* pageRecords(
  page: JsonRecord,
  member: string | null,
): Generator<DocumentRecord> {
  const { records, rest } = openPage(page, member, parseExact);
  const p = rest && withExactNumbers(rest);
  const fault = p && jsonFault(p, JSON.parse(p));
  const pageFault = fault && `of its page: ${fault}`;
  for (const [i, record] of records.entries()) {
    const t = JSON.stringify(record);
    const j = withExactNumbers(record);
    yield { l: i + 1, t, j, ...(p !== undefined && { p, pageFault }) };
  }
}

function* jsonRecords(
  lines: readonly string[],
  member: string | null | undefined,
  isExact: boolean,
): Generator<DocumentRecord> {
  for (const record of scanJson(lines)) {
    const { line: l, raw: t, value } = record;
    if (member !== undefined) yield* pageRecords(record, member);
    else if (isExact) yield { l, t, j: exact(t) };
    else yield { l, t, j: t, ...(value && { value }) };
  }
}

function* valueRecords(
  lines: readonly string[],
  block: string,
): Generator<DocumentRecord> {
  for (const { line, raw, code, label } of scanValues(lines, block))
    yield { l: line, t: raw, j: JSON.stringify({ code, label }) };
}

/**
 * The records of one file, in order.
 * @throws SourceError that names the file where it cannot be taken apart.
 */
export function* recordsOf(
  source: PlanSource,
  file: Pick<LandedFile, 'path'>,
  lines: readonly string[],
): Generator<DocumentRecord> {
  const { form, name, columns } = source;
  const isExact = columns.some(({ type }) => type.startsWith('decimal'));
  try {
    if (form.format === 'json')
      yield* jsonRecords(lines, form.records, isExact);
    else if (form.format === 'values') yield* valueRecords(lines, form.block);
    else {
      const t = lines.join('\n');
      yield { l: 1, t, j: JSON.stringify({ text: t }) };
    }
  } catch (error) {
    throw within(error, { source: name, file: file.path });
  }
}

/**
 * How many records `recordsOf` gives.
 * @throws SourceError as it does.
 */
export const countRecordsOf = (
  source: PlanSource,
  file: Pick<LandedFile, 'path'>,
  lines: readonly string[],
): number => {
  const { form, name } = source;
  let count = 0;
  if (form.format !== 'json') {
    for (const _ of recordsOf(source, file, lines)) count++;
    return count;
  }
  try {
    for (const page of scanJson(lines))
      count +=
        form.records === undefined
          ? 1
          : openPage(page, form.records, JSON.parse).records.length;
    return count;
  } catch (error) {
    throw within(error, { source: name, file: file.path });
  }
};

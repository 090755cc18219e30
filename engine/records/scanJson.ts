/** One JSON value as text, and the line in which it begins, from 1. */
export interface JsonRecord {
  readonly line: number;
  readonly raw: string;
  /** The object, where it had to be parsed to find its end. */
  readonly value?: object;
}

const OPEN = new Set(['{', '[']);
const CLOSE = new Set(['}', ']']);

/** The object that a text is, if it is one. */
const parseWhole = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value ? value : undefined;
  } catch {
    return undefined;
  }
};

const [NEWLINE, QUOTE, BACKSLASH] = [0x0a, 0x22, 0x5c];
const isOpening = (byte: number) => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number) => byte === 0x7d || byte === 0x5d;
const isBlank = (byte: number) => byte === 0x20 || (byte >= 9 && byte <= 13);

/** Where the object ends that bytes begin with, if it lies on one line. */
const endOfObject = (bytes: Uint8Array): number | undefined => {
  let depth = 0;
  let isString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === NEWLINE) return undefined;
    if (isString) {
      if (byte === QUOTE) isString = false;
      else if (byte === BACKSLASH && bytes[i + 1] !== NEWLINE) i++;
    } else if (byte === QUOTE) isString = true;
    else if (isOpening(byte)) depth++;
    else if (isClosing(byte) && --depth === 0) return i + 1;
  }
  return undefined;
};

/**
 * Whether bytes of UTF-8 are one record for `scanJson` by their brackets alone:
 * one object, on one line. Of thousands of small files, to parse them takes ten
 * times as long. Where it cannot tell, it says no.
 */
export const isOneObject = (bytes: Uint8Array): boolean => {
  if (bytes[0] !== 0x7b) return false;
  let end = endOfObject(bytes) ?? 0;
  while (end > 0 && isBlank(bytes[end] as number)) end++;
  return end === bytes.length;
};

const isWhole = (text: string) => parseWhole(text) !== undefined;

/** Where a value was not closed yet and another one seems to begin. */
interface Mark {
  readonly line: number;
  /** How many of the lines that wait lie before it. */
  readonly before: number;
}

/**
 * Splits text into its top-level JSON values: one on each line, one over many
 * lines, or one straight after another. What is no JSON still comes out, as a
 * record of its own, so that it can be set aside: a value that is never closed
 * ends where a line begins that is whole by itself and cannot belong to it.
 */
export function* scanJson(lines: readonly string[]): Generator<JsonRecord> {
  let pending: string[] = [];
  let open: string[] = [];
  let [startLine, last, isString] = [1, '', false];
  let mark: Mark | undefined;
  const take = (rest?: string): JsonRecord => {
    const parts = rest === undefined ? pending : [...pending, rest];
    [pending, open, last, isString, mark] = [[], [], '', false, undefined];
    return { line: startLine, raw: parts.join('\n').trim() };
  };
  /** Ends what is not closed. @returns the line from which to go on. */
  const giveUp = (line: number): [JsonRecord, number] => {
    const from = mark?.line ?? line;
    if (mark) pending.length = mark.before;
    return [take(), from];
  };
  /** Whether a value may stand here, by what is open and what came last. */
  const mayNest = () =>
    last === ':' || (open.at(-1) === '[' && (last === '[' || last === ','));

  for (let n = 0; n <= lines.length; n++) {
    const text = lines[n];
    if (pending.length > 0) {
      const begins = text?.[0] === '{' && isWhole(text);
      if (text === undefined || isString || (begins && !mayNest())) {
        const [record, from] = giveUp(n);
        yield record;
        n = from - 1;
        continue;
      }
      if (begins) mark ??= { line: n, before: pending.length };
    }
    if (text === undefined) return;
    const value =
      pending.length === 0 && text[0] === '{' ? parseWhole(text) : undefined;
    if (value) {
      yield { line: n + 1, raw: text.trim(), value };
      continue;
    }
    let from = 0;
    let isEmpty = pending.length === 0;
    for (let i = 0; i < text.length; i++) {
      const c = text[i] as string;
      if (isString) {
        if (c === '\\') i++;
        else if (c === '"') isString = false;
        continue;
      }
      if (c === ' ') continue;
      if (isEmpty && c.trim()) {
        isEmpty = false;
        startLine = n + 1;
      }
      last = c;
      if (c === '"') isString = true;
      else if (OPEN.has(c)) open.push(c);
      else if (CLOSE.has(c)) {
        open.pop();
        if (open.length > 0) continue;
        const rest = text.slice(from, i + 1);
        if (mark && !isWhole([...pending, rest].join('\n'))) break;
        yield take(rest);
        from = i + 1;
        isEmpty = true;
      }
    }
    if (mark && open.length === 0) {
      const [record, back] = giveUp(n);
      yield record;
      n = back - 1;
    } else if (!isEmpty) {
      if (open.length === 0 && !isString) yield take(text.slice(from));
      else pending.push(text.slice(from));
    }
  }
}

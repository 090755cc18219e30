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

/** Whether a line is one record, whole by itself. */
export const isOneRecord = (line: string): boolean =>
  line[0] === '{' && isWhole(line);

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

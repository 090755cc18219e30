/** One JSON value as text, and the line in which it begins, from 1. */
export interface JsonRecord {
  readonly line: number;
  readonly raw: string;
}

const OPEN = new Set(['{', '[']);
const CLOSE = new Set(['}', ']']);

const isWhole = (line: string) => {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
};

/**
 * Splits text into its top-level JSON values: one on each line, one over many
 * lines, or one straight after another. What is no JSON still comes out, as a
 * record of its own, so that it can be set aside: a value that is never closed
 * ends where a line begins that is whole by itself.
 */
export function* scanJson(lines: Iterable<string>): Generator<JsonRecord> {
  let pending: string[] = [];
  let [startLine, depth, line] = [1, 0, 0];
  let isString = false;
  const take = (rest: string): JsonRecord => {
    const raw = [...pending, rest].join('\n').trim();
    pending = [];
    depth = 0;
    isString = false;
    return { line: startLine, raw };
  };
  for (const text of lines) {
    line++;
    if (pending.length > 0 && (isString || (text[0] === '{' && isWhole(text))))
      yield take('');
    let from = 0;
    let isEmpty = pending.length === 0;
    for (let i = 0; i < text.length; i++) {
      const c = text[i] as string;
      if (isString) {
        if (c === '\\') i++;
        else if (c === '"') isString = false;
        continue;
      }
      if (isEmpty && c.trim()) {
        isEmpty = false;
        startLine = line;
      }
      if (c === '"') isString = true;
      else if (OPEN.has(c)) depth++;
      else if (CLOSE.has(c) && --depth <= 0) {
        yield take(text.slice(from, i + 1));
        from = i + 1;
        isEmpty = true;
      }
    }
    if (isEmpty) continue;
    if (depth === 0 && !isString) yield take(text.slice(from));
    else pending.push(text.slice(from));
  }
  if (pending.length > 0) yield take('');
}

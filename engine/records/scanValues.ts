import { SourceError } from '../../core/errors.ts';

/** One entry of a value list. */
export interface ValueRecord {
  readonly line: number;
  readonly raw: string;
  readonly code: string;
  readonly label: string;
}

const ENTRY = /^\s*('[^']*'|-?[\w.]+)\s*=\s*('.*'|[^';]*?)\s*$/;

const COMMENT_END = /\*\//;
/** A semicolon outside of quotes. */
const LIST_END = /;(?=(?:[^']*'[^']*')*[^']*$)/;

const unquote = (text: string) =>
  text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text;

const escapePattern = (text: string) =>
  text.replace(/[$^.*+?()[\]{}|\\]/g, '\\$&');

/**
 * Reads one value list of a SAS program: the `code = 'label'` lines after
 * `value NAME` to the semicolon, or in the comment that begins with NAME.
 * @throws SourceError where there is no such block, where it does not end, and
 *   for a line of it that is no entry.
 */
export function* scanValues(
  lines: readonly string[],
  block: string,
): Generator<ValueRecord> {
  const name = escapePattern(block);
  const value = new RegExp(`^\\s*value\\s+${name}\\s*$`, 'i');
  const comment = new RegExp(`^\\s*/\\*\\s*${name}\\b`, 'i');
  const first = lines.findIndex((l) => value.test(l) || comment.test(l));
  if (first < 0)
    throw new SourceError(
      `there is no value list "${block}": neither "value ${block}" nor a ` +
        'comment that begins with it',
    );
  const end = comment.test(lines[first] ?? '') ? COMMENT_END : LIST_END;
  for (let i = first + 1; i < lines.length; i++) {
    const raw = lines[i] ?? '';
    const at = raw.search(end);
    const isLast = at >= 0;
    const body = isLast ? raw.slice(0, at) : raw;
    if (body.trim()) {
      const entry = ENTRY.exec(body);
      if (!entry)
        throw new SourceError(
          `the value list "${block}" holds a line that is not ` +
            `code = 'label': ${raw.trim()}`,
          { line: i + 1 },
        );
      const [, code = '', label = ''] = entry;
      yield { line: i + 1, raw, code: unquote(code), label: unquote(label) };
    }
    if (isLast) return;
  }
  throw new SourceError(`the value list "${block}" has no end`, {
    line: first + 1,
  });
}

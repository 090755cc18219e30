import { type Place, TableError } from '../../core/errors.ts';

const LINE = /LINE (\d+):/;

/** DuckDB's own words, without the echo of the statement. */
const shortMessage = (message: string) =>
  message
    .split(/\n\s*\n?LINE \d+:/)[0]
    ?.replace(/\s+/g, ' ')
    .trim() ?? message;

/**
 * An error of the engine about a piece of SQL, as an error that names the file
 * and the line of it. `before` is the number of lines that were put in front.
 */
export const explainError = (
  error: unknown,
  place: Place,
  before = 0,
): TableError => {
  const message = error instanceof Error ? error.message : String(error);
  const line = LINE.exec(message)?.[1];
  return new TableError(
    shortMessage(message),
    { ...place, ...(line && { line: Number(line) - before }) },
    { cause: error },
  );
};

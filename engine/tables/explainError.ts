import { type Place, TableError } from '../../core/errors.ts';

const LINE = /LINE (\d+):/;

/** DuckDB's own words, without the echo of the statement. */
const shortMessage = (message: string) =>
  message
    .split(/\n\s*\n?LINE \d+:/)[0]
    ?.replace(/\s+/g, ' ')
    .trim() ?? message;

/**
 * An error of the engine about a SELECT that began on the statement's first
 * line, as an error that names the file and the line of it.
 */
export const explainError = (error: unknown, place: Place): TableError => {
  const message = error instanceof Error ? error.message : String(error);
  const line = LINE.exec(message)?.[1];
  return new TableError(
    shortMessage(message),
    { ...place, ...(line && { line: Number(line) }) },
    { cause: error },
  );
};

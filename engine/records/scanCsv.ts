const LF = 10;
const CR = 13;
const BOM = Buffer.from('\uFEFF');

/** The separator and the quote, one ASCII character each. */
export interface CsvDialect {
  readonly separator: string;
  readonly quote: string;
}

/** Called for each record, the header too; offsets in bytes, line from 1. */
export type OnRecord = (line: number, start: number, end: number) => void;

const isOnlyCr = (chunk: Buffer, from: number, to: number): boolean => {
  let i = from;
  while (i < to && chunk[i] === CR) i++;
  return i === to;
};

/**
 * Finds the records of a CSV file: line ends outside of quotes. Blank lines are
 * no records. It knows nothing of columns, and shares no code with the engine's
 * reader, whose count it is compared with.
 */
export const scanCsv = async (
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  dialect: CsvDialect,
  onRecord: OnRecord,
): Promise<void> => {
  const separator = dialect.separator.charCodeAt(0);
  const quote = dialect.quote.charCodeAt(0);
  let [offset, line] = [0, 1];
  let [start, startLine] = [0, 1];
  let isQuoted = false;
  let isFieldStart = true;
  let wasQuote = false;
  let isBlank = true;

  const end = (at: number) => {
    if (!isBlank) onRecord(startLine, start, at);
  };
  for await (const chunk of chunks) {
    let i = 0;
    // Else a quote after it would not be seen to open the first field.
    while (offset + i < BOM.length && chunk[i] === BOM[offset + i]) i++;
    let nextQuote = chunk.indexOf(quote, i);
    for (; i < chunk.length; i++) {
      // A whole record without a quote is most of them, and one jump.
      if (offset + i === start) {
        const lineEnd = chunk.indexOf(LF, i);
        if (nextQuote >= 0 && nextQuote < i)
          nextQuote = chunk.indexOf(quote, i);
        if (lineEnd >= 0 && (nextQuote < 0 || nextQuote > lineEnd)) {
          isBlank = isOnlyCr(chunk, i, lineEnd);
          end(offset + lineEnd);
          line++;
          [start, startLine] = [offset + lineEnd + 1, line];
          isFieldStart = isBlank = true;
          i = lineEnd;
          continue;
        }
      }
      const byte = chunk[i];
      if (isQuoted) {
        if (byte === quote) {
          isQuoted = false;
          wasQuote = true;
        } else if (byte === LF) line++;
        continue;
      }
      if (byte === quote && (isFieldStart || wasQuote)) {
        isQuoted = true;
        isFieldStart = wasQuote = isBlank = false;
        continue;
      }
      wasQuote = false;
      if (byte === LF) {
        end(offset + i);
        line++;
        [start, startLine] = [offset + i + 1, line];
        isFieldStart = isBlank = true;
      } else if (byte === separator) {
        isFieldStart = true;
        isBlank = false;
      } else if (byte !== CR) {
        isFieldStart = isBlank = false;
      }
    }
    offset += chunk.length;
  }
  end(offset);
};

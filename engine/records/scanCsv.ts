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

/** Where the scan stands between two chunks. */
interface ScanState {
  /** The bytes before the chunk. */
  offset: number;
  line: number;
  start: number;
  startLine: number;
  isQuoted: boolean;
  isFieldStart: boolean;
  wasQuote: boolean;
  isBlank: boolean;
}

/** After a record with a quote, so many bytes go without looking ahead. */
const QUOTED_BYTES = 4096;

/** Scans one chunk; apart from the loop over them, which would not be compiled. */
const scanChunk = (
  chunk: Buffer,
  state: ScanState,
  separator: number,
  quote: number,
  onRecord: OnRecord,
): void => {
  const { offset } = state;
  const { length } = chunk;
  let { line, start, startLine } = state;
  let { isQuoted, isFieldStart, wasQuote, isBlank } = state;
  let i = 0;
  // Else a quote after it would not be seen to open the first field.
  while (offset + i < BOM.length && chunk[i] === BOM[offset + i]) i++;
  let nextQuote = chunk.indexOf(quote, i);
  let aheadFrom = i;
  while (i < length) {
    // Where quotes are rare, a whole record without one is one jump.
    if (offset + i === start && i >= aheadFrom) {
      if (nextQuote >= 0 && nextQuote < i) nextQuote = chunk.indexOf(quote, i);
      const lineEnd = chunk.indexOf(LF, i);
      if (lineEnd >= 0 && (nextQuote < 0 || nextQuote > lineEnd)) {
        if (!isOnlyCr(chunk, i, lineEnd))
          onRecord(line, start, offset + lineEnd);
        line++;
        start = offset + lineEnd + 1;
        startLine = line;
        i = lineEnd + 1;
        continue;
      }
      aheadFrom = i + QUOTED_BYTES;
    }
    if (isQuoted) {
      for (; i < length && chunk[i] !== quote; i++) if (chunk[i] === LF) line++;
      if (i < length) {
        isQuoted = false;
        wasQuote = true;
        i++;
      }
      continue;
    }
    const byte = chunk[i++];
    if (byte === quote && (isFieldStart || wasQuote)) {
      isQuoted = true;
      isFieldStart = wasQuote = isBlank = false;
      continue;
    }
    wasQuote = false;
    if (byte === LF) {
      if (!isBlank) onRecord(startLine, start, offset + i - 1);
      line++;
      start = offset + i;
      startLine = line;
      isFieldStart = isBlank = true;
    } else if (byte === separator) {
      isFieldStart = true;
      isBlank = false;
    } else if (byte !== CR) {
      isFieldStart = isBlank = false;
      // The rest of the field: a quote within it opens nothing.
      while (i < length && chunk[i] !== separator && chunk[i] !== LF) i++;
    }
  }
  state.offset = offset + length;
  Object.assign(state, { line, start, startLine });
  Object.assign(state, { isQuoted, isFieldStart, wasQuote, isBlank });
};

/** A scan to which the bytes are handed as they come. */
export interface CsvScanner {
  push(chunk: Buffer): void;
  /** After the last chunk: the record that no line end closes. */
  end(): void;
}

/** Finds the records of a CSV file: see `scanCsv`. */
export const csvScanner = (
  dialect: CsvDialect,
  onRecord: OnRecord,
): CsvScanner => {
  const separator = dialect.separator.charCodeAt(0);
  const quote = dialect.quote.charCodeAt(0);
  const state: ScanState = {
    offset: 0,
    line: 1,
    start: 0,
    startLine: 1,
    isQuoted: false,
    isFieldStart: true,
    wasQuote: false,
    isBlank: true,
  };
  return {
    push: (chunk) => scanChunk(chunk, state, separator, quote, onRecord),
    end: () => {
      if (!state.isBlank) onRecord(state.startLine, state.start, state.offset);
    },
  };
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
  const scanner = csvScanner(dialect, onRecord);
  for await (const chunk of chunks) scanner.push(chunk);
  scanner.end();
};

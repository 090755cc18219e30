import type { LandedFile } from '../input.ts';
import { type CsvDialect, scanCsv } from '../records/scanCsv.ts';
import { chunksOf } from './readBytes.ts';
import { writing } from './writing.ts';

const LF = 10;
const CR = 13;

const linesIn = (bytes: Buffer) => {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1))
    lines++;
  return lines;
};

/**
 * Writes a copy of a CSV file in which every record ends in LF: the engine
 * does not read files that mix LF and CRLF. Records stay on their lines, and
 * line ends inside of quotes as they are.
 */
export const unifyLineEnds = async (
  file: LandedFile,
  dialect: CsvDialect,
  target: string,
): Promise<void> => {
  let pieces: Buffer[] = [];
  let [piecesAt, line] = [0, 1];
  const ready: Buffer[] = [];
  const onRecord = (atLine: number, start: number, end: number) => {
    const held = pieces.length === 1 ? pieces[0] : undefined;
    const bytes = held ?? Buffer.concat(pieces);
    const raw = bytes.subarray(start - piecesAt, end - piecesAt);
    const record = raw.at(-1) === CR ? raw.subarray(0, -1) : raw;
    ready.push(Buffer.alloc(atLine - line, LF), record);
    line = atLine + linesIn(record);
    pieces = [bytes.subarray(end - piecesAt)];
    piecesAt = end;
  };
  await writing(target, async (write) => {
    async function* watched() {
      for await (const chunk of chunksOf(file)) {
        pieces.push(chunk);
        yield chunk;
        write(Buffer.concat(ready.splice(0)));
      }
    }
    await scanCsv(watched(), dialect, onRecord);
    write(Buffer.concat(ready));
  });
};

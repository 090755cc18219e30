import { seededRandom } from '../random.ts';
import {
  recordingDate,
  type ScaleOptions,
  type StreamedText,
} from '../recording.ts';
import { HEADER, line } from './generate.ts';

/** One loan of so many has each of the faults of the sample. */
const EVERY = 1000;

function* lines({ seed, rows }: ScaleOptions): Generator<string> {
  const random = seededRandom(seed);
  yield `${HEADER}\r\n`;
  for (let i = 0; i < rows; i++) {
    const record = line(i, random);
    const fault = i % EVERY;
    if (fault === 10) record[0] = 'LN20001';
    if (fault === 20) record[9] = ' RESTAURANT';
    if (fault === 30) record[10] = 'FIVE LAKH';
    if (fault === 40) record[0] = ' ';
    yield `${record.join(',')}\r\n`;
  }
}

/** The file of one day with any number of loans. */
export function* scale(options: ScaleOptions): Generator<StreamedText> {
  yield { path: 'loan.csv', parts: lines(options) };
  const { path, text } = recordingDate('2022-09-30');
  yield { path, parts: [text] };
}

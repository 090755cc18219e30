import { type Random, seededRandom } from '../random.ts';
import {
  recordingDate,
  type ScaleOptions,
  type StreamedText,
} from '../recording.ts';
import { HEADER, PLACES, portalTime, TYPES } from './generate.ts';

const FIRST_DAY = Date.parse('2001-01-01');
/** Reports are from so many days, up to the end of 2024. */
const DAYS = 8766;
const DAY = 86_400_000;
/** One report of so many comes a second time, changed; others are cut off. */
const CHANGED_EVERY = 10;
const CUT_EVERY = 1000;

const dayOf = (n: number) =>
  new Date(FIRST_DAY + n * DAY).toISOString().slice(0, 10);

const pad = (n: number, length: number) => `${n}`.padStart(length, '0');

/** Where it was, for nine of ten: feet of the state's grid, and degrees. */
const place = (random: Random) => {
  if (random.chance(0.1)) return { feet: ',', degrees: ',,' };
  const [east, north] = [random.int(0, 60_000), random.int(0, 120_000)];
  const latitude = (41.65 + north / 300_000).toFixed(9);
  const longitude = (-87.9 + east / 200_000).toFixed(9);
  return {
    feet: `${1_140_000 + east},${1_820_000 + north}`,
    degrees: `${latitude},${longitude},"(${latitude}, ${longitude})"`,
  };
};

/** What happened follows from the id, so that a changed report tells the same. */
const report = (seed: number, id: number, isChanged: boolean) => {
  const random = seededRandom(Math.imul(id, 0x9e3779b1) ^ seed);
  const [iucr, type, description, fbi] = random.pick(TYPES);
  const on = random.int(0, DAYS - 8);
  const date = dayOf(on);
  const { feet, degrees } = place(random);
  const head =
    `${id},JX${id},${portalTime(date, random.int(0, 1439))},` +
    `${pad(random.int(0, 130), 3)}XX W EXAMPLE ST,${iucr},${type},` +
    `${description},${random.pick(PLACES)}`;
  const tail =
    `${random.chance(0.2)},${pad(random.int(111, 2535), 4)},` +
    `${pad(random.int(1, 31), 3)},${random.int(1, 50)},${random.int(1, 77)},` +
    `${fbi},${feet},${date.slice(0, 4)}`;
  const updated = portalTime(dayOf(on + (isChanged ? 7 : 1)), 940);
  const arrest = random.chance(0.2) || isChanged;
  return `${head},${arrest},${tail},${updated},${degrees}`;
};

/** Line `i` of the first file is report `i`; the second has those changed. */
function* lines(
  { seed }: ScaleOptions,
  reports: number,
  isChanged: boolean,
): Generator<string> {
  yield `${HEADER}\n`;
  for (let i = 0; i < reports; i++) {
    const n = isChanged ? i * CHANGED_EVERY : i;
    const line = report(seed, 1_000_000 + n, isChanged);
    const isCut = !isChanged && i % CUT_EVERY === CUT_EVERY / 2 + 1;
    yield `${isCut ? line.split(',', 12).join(',') : line}\n`;
  }
}

/** The portal's two files: reports, and a tenth of them once more, changed. */
export function* scale(options: ScaleOptions): Generator<StreamedText> {
  const changed = Math.floor(options.rows / (CHANGED_EVERY + 1));
  const reports = options.rows - changed;
  const path = (part: string) => `crimes_2001_to_present_sample_${part}.csv`;
  yield { path: path('a'), parts: lines(options, reports, false) };
  if (changed > 0)
    yield { path: path('b'), parts: lines(options, changed, true) };
  const { path: recording, text } = recordingDate('2024-12-31');
  yield { path: recording, parts: [text] };
}

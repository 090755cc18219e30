import { type Random, seededRandom } from '../random.ts';
import {
  periodsFrom,
  type RecordedText,
  type RecordOptions,
  seedOf,
} from '../recording.ts';

export const HEADER =
  'ID,Case Number,Date,Block,IUCR,Primary Type,Description,' +
  'Location Description,Arrest,Domestic,Beat,District,Ward,Community Area,' +
  'FBI Code,X Coordinate,Y Coordinate,Year,Updated On,Latitude,Longitude,' +
  'Location';

/** IUCR code, primary type, description and FBI code. */
export const TYPES = [
  ['0486', 'BATTERY', 'DOMESTIC BATTERY SIMPLE', '08B'],
  ['0810', 'THEFT', 'OVER $500', '06'],
  ['0910', 'MOTOR VEHICLE THEFT', 'AUTOMOBILE', '07'],
  ['1320', 'CRIMINAL DAMAGE', 'TO VEHICLE', '14'],
  ['2826', 'OTHER OFFENSE', 'HARASSMENT BY ELECTRONIC MEANS', '26'],
] as const;
export const PLACES = ['STREET', 'APARTMENT', 'RESIDENCE', 'ALLEY', ''];

/** Reports come in on the day; some are changed once, up to a week later. */
const REPORTS_A_DAY = 12;
const CHANGED = 0.3;
const WEEK = 7;

const pad = (n: number) => `${n}`.padStart(2, '0');

/** As the city's portal writes it: `09/14/2023 03:41:59 PM`. */
export const portalTime = (day: string, minutes: number) => {
  const [year, month, date] = day.split('-');
  const hour = Math.floor(minutes / 60);
  const half = hour < 12 ? 'AM' : 'PM';
  return (
    `${month}/${date}/${year} ${pad(((hour + 11) % 12) + 1)}:` +
    `${pad(minutes % 60)}:00 ${half}`
  );
};

/** The whole life of one report: when it is made, changed, and how it ends. */
const report = (n: number, day: number, date: string, random: Random) => {
  const [iucr, type, description, fbi] = random.pick(TYPES);
  const id = 14_000_000 + day * 100 + n;
  const occurred = random.int(0, 1439);
  const place = random.pick(PLACES);
  const head =
    `${id},JX${id},${portalTime(date, occurred)},0${random.int(10, 99)}XX W ` +
    `EXAMPLE ST,${iucr},${type},${description},${place}`;
  const tail = `,false,0${random.int(111, 999)},006,17,71,${fbi},,,${date.slice(0, 4)}`;
  const arrestedAfter = random.chance(CHANGED)
    ? random.int(1, WEEK)
    : undefined;
  const line = (arrest: boolean, updated: string) =>
    `${head},${arrest}${tail},${portalTime(updated, 940)},,,`;
  return { arrestedAfter, line };
};

/** A folder for each day, with the rows that were new or changed that day. */
export function* record(options: RecordOptions): Generator<RecordedText> {
  const days = periodsFrom('day', options);
  const reports = days.map(({ label }, day) => {
    const random = seededRandom(seedOf(options.seed, label));
    return Array.from({ length: REPORTS_A_DAY }, (_, n) =>
      report(n, day, label, random),
    );
  });
  for (const [today, { label }] of days.entries()) {
    const made = reports[today]?.map(({ line }) => line(false, label)) ?? [];
    const changed = reports.flatMap((ofDay, day) =>
      ofDay
        .filter(({ arrestedAfter }) => arrestedAfter === today - day)
        .map(({ line }) => line(true, label)),
    );
    yield {
      path: `date=${label}/crimes_2001_to_present_sample_a.csv`,
      text: `${[HEADER, ...made, ...changed].join('\n')}\n`,
    };
  }
}

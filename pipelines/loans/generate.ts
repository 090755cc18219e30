import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, seededRandom } from '../random.ts';
import {
  periodsFrom,
  type RecordedText,
  type RecordOptions,
  seedOf,
} from '../recording.ts';

export const HEADER =
  'Customer_ID,Age,Gender,Occupation,Marital Status,Family Size,Income,' +
  'Expenditure,Use Frequency,loan_category,Loan Amount,Overdue, Debt Record,' +
  ' Returned Cheque, Dishonour of Bill';

/** Each category with how often it occurs, and its least and greatest loan. */
const CATEGORIES = [
  ['HOUSING', 16, 600_000, 4_500_000],
  ['GOLD LOAN', 14, 100_000, 900_000],
  ['AUTOMOBILE', 12, 150_000, 1_600_000],
  ['TRAVELLING', 10, 30_000, 400_000],
  ['RESTAURANTS', 7, 20_000, 300_000],
  ['RESTAURANT', 4, 20_000, 300_000],
  ['EDUCATIONAL LOAN', 8, 80_000, 1_200_000],
  ['BUSINESS', 8, 200_000, 3_000_000],
  ['ELECTRONICS', 6, 10_000, 120_000],
  ['AGRICULTURE', 5, 50_000, 700_000],
  ['SHOPPING', 5, 5_000, 90_000],
  ['HOME APPLIANCES', 5, 10_000, 150_000],
] as const;
const DRAWER = CATEGORIES.flatMap((category) =>
  Array<(typeof CATEGORIES)[number]>(category[1]).fill(category),
);
const OCCUPATIONS = [
  'TEACHER',
  'SOFTWARE ENGINEER',
  'DOCTOR',
  'BANK MANAGER',
  'CLERK',
  'DRIVER',
  'POLICE',
  'FARMER',
  'NURSE',
  'PILOT',
] as const;

const western = /\B(?=(\d{3})+$)/g;
const indian = /\B(?=(\d\d)*\d{3}$)/g;

/** As spreadsheets export it: grouped either way, quoted, perhaps padded. */
const grouped = (n: number, random: Random) => {
  if (n < 1000) return `${n}`;
  const text = `${n}`.replace(random.chance(0.7) ? indian : western, ',');
  return random.chance(0.5) ? `" ${text} "` : `"${text}"`;
};

/** The fields of one loan. */
export const line = (i: number, random: Random) => {
  const [category, , least, greatest] = random.pick(DRAWER);
  const income = random.int(18_000, 120_000);
  return [
    `LN${20_001 + i * 3}`,
    random.int(21, 64),
    random.pick(['MALE', 'FEMALE']),
    random.pick(OCCUPATIONS),
    random.pick(['MARRIED', 'MARRIED', 'SINGLE']),
    random.int(1, 7),
    random.chance(0.07) ? '' : income,
    random.chance(0.05) ? '' : Math.floor(income * (0.2 + random.next() / 2)),
    random.int(2, 9),
    category,
    grouped(random.int(least, greatest), random),
    random.int(1, 9),
    random.chance(0.08) ? 0 : grouped(random.int(500, 90_000), random),
    random.int(0, 9),
    random.int(0, 10),
  ];
};

/**
 * The file of one day. Its last four rows are the ones that need care: an id
 * given out twice, loose blanks, an amount in words (cannot be decoded) and a
 * missing customer (set aside by a check).
 */
export function* generate({ seed = 1, rows = 120 } = {}) {
  const random = seededRandom(seed);
  const records = Array.from({ length: rows }, (_, i) => line(i, random));
  const [twice, blanks, words, nobody] = records.slice(-4);
  if (twice && blanks && words && nobody) {
    twice[0] = 'LN20004';
    blanks[3] = ' TEACHER ';
    blanks[9] = ' RESTAURANT';
    words[10] = 'FIVE LAKH';
    nobody[0] = ' ';
  }
  const text = [HEADER, ...records.map((record) => record.join(','))];
  yield { path: 'loan.csv', text: `${text.join('\r\n')}\r\n` };
}

/** A folder for each day, with the file of that day. */
export function* record(options: RecordOptions): Generator<RecordedText> {
  for (const { label } of periodsFrom('day', options)) {
    const seed = seedOf(options.seed, label);
    const rows = seededRandom(seed).int(20, 60);
    for (const { path, text } of generate({ seed, rows }))
      yield { path: `date=${label}/${path}`, text };
  }
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, 'sample');
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of generate())
    writeFileSync(join(folder, path), text);
  writeFileSync(join(folder, 'recording.json'), '{"date": "2022-09-30"}\n');
}

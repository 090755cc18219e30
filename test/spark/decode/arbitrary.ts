import fc from 'fast-check';
import type { PlanColumn } from '../../../core/plan.ts';

const edges = (...values: number[]) => fc.constantFrom(...values);
const TWO_31 = 2n ** 31n;
const TWO_53 = 2n ** 53n;
const TWO_63 = 2n ** 63n;

const around = (value: bigint) =>
  [-value - 1n, -value, 1n - value, value - 1n, value, value + 1n] as const;

/** Whole numbers, most of them near where a type ends. */
export const wholes: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(
    ...around(0n),
    ...around(TWO_31),
    ...around(TWO_53),
    ...around(TWO_63),
    ...around(10n ** 5n),
    ...around(10n ** 10n),
    ...around(10n ** 12n),
    ...around(10n ** 28n),
    ...around(10n ** 38n),
  ),
  fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }),
  fc.bigInt({ min: -TWO_63, max: TWO_63 }),
);

/** Doubles, with those that no column may hold. */
export const reals: fc.Arbitrary<number> = fc.oneof(
  edges(0, -0, 0.5, -0.5, 1.5, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63)),
  edges(1e21, 1e22, 1e300, 5e-324, 2.5e-308, 0.1, 1 / 3, 34.5, 20_566),
  edges(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.double({ noNaN: true }),
  fc.integer().map(Number),
  fc.integer({ min: -5e6, max: 5e6 }).map((n) => n / 100),
);

const spaces = fc.oneof(
  { arbitrary: fc.constantFrom('', '', ' ', '  '), weight: 9 },
  { arbitrary: fc.constantFrom('\u00a0', '\u2003', '\t'), weight: 1 },
);
/** A text with what may stand around a value. */
export const spaced = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(spaces, text, spaces).map((parts) => parts.join(''));

const group = (digits: string, mark: string, isIndian: boolean) =>
  digits.replace(isIndian ? /\B(?=(\d\d)*\d{3}$)/g : /\B(?=(\d{3})+$)/g, mark);

/** Mostly what a column declares, at times what others do. */
const mostly = (own: string, ...others: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(own, own, ''), weight: 5 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );

const numberParts = ({ thousands, decimalMark = '.' }: PlanColumn) =>
  fc.record({
    sign: mostly('', '-', '+', '-', '--', '\u2212'),
    whole: fc.oneof(
      { arbitrary: fc.nat({ max: 10 ** 7 }).map(String), weight: 4 },
      { arbitrary: wholes.map((n) => `${n < 0 ? -n : n}`), weight: 2 },
      {
        arbitrary: fc.constantFrom(
          ...['', '0', '00', '007', '0x1f', '1_000', '\u0661\u0662', '１'],
        ),
        weight: 1,
      },
    ),
    grouped: mostly(thousands ?? '', ',', '.', ' ', "'", ',,'),
    isIndian: fc.boolean(),
    mark: mostly(decimalMark, '.', ',', '..'),
    rest: fc.oneof(
      fc.constantFrom('', '0', '00', '000000000000', '5', '50', '05', '9950'),
      fc.stringMatching(/^[0-9]{0,14}$/),
    ),
    exponent: mostly('', 'e3', 'E-2', 'e+05', 'e400', 'e-400', 'e', 'd', 'f'),
  });

/** Numbers as people and programs write them, right and wrong. */
export const numberTexts = (column: PlanColumn): fc.Arbitrary<string> =>
  spaced(
    fc.oneof(
      { arbitrary: wholes.map(String), weight: 2 },
      { arbitrary: reals.map(String), weight: 1 },
      {
        arbitrary: numberParts(column).map(
          ({ sign, whole, grouped, isIndian, mark, rest, exponent }) =>
            sign +
            (grouped ? group(whole, grouped, isIndian) : whole) +
            (mark === '' ? '' : mark + rest) +
            exponent,
        ),
        weight: 9,
      },
      {
        arbitrary: fc.constantFrom('-', '+', '.', ',', 'NaN', 'inf', 'n/a'),
        weight: 1,
      },
    ),
  );

const two = (n: number) => `${n}`.padStart(2, '0');
const dateParts = fc.record({
  year: fc.oneof(
    fc.constantFrom(0, 1, 99, 1000, 1582, 1899, 1900, 1960, 1969, 1970, 2000),
    fc.constantFrom(2016, 2024, 2038, 9999, 10_000),
    fc.integer({ min: 1800, max: 2100 }),
  ),
  month: fc.oneof(
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom(0, 2, 2, 13),
  ),
  day: fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: 28 }), weight: 4 },
    { arbitrary: fc.constantFrom(0, 4, 15, 28, 29, 30, 31, 32), weight: 1 },
  ),
  hour: fc.constantFrom(0, 1, 1, 9, 10, 11, 12, 12, 13, 23, 24),
  minute: fc.constantFrom(0, 1, 15, 30, 45, 59, 60),
  second: fc.constantFrom(0, 1, 15, 30, 45, 59, 60),
  fraction: fc.constantFrom(
    '',
    '',
    '.1',
    '.120',
    '.999',
    '.123456',
    '.1234567',
  ),
  half: fc.constantFrom('AM', 'PM', 'am', 'pm', 'Pm', 'A'),
  isShort: fc.nat({ max: 4 }).map((n) => n === 0),
});

type DateParts = typeof dateParts extends fc.Arbitrary<infer P> ? P : never;
const OTHERS = ["yyyy-MM-dd'T'HH:mm:ss'Z'", 'yyyy-M-d', 'd/M/yyyy'];

/** A moment by a pattern; often with one digit where two are wanted. */
const written = (pattern: string, parts: DateParts): string =>
  pattern.replaceAll(/'([^']*)'|([A-Za-z])\2*/g, (token, literal?: string) => {
    const n = (value: number) =>
      token.length === 1 || parts.isShort ? `${value}` : two(value);
    const values: Record<string, string> = {
      y: `${parts.year}`.padStart(4, '0'),
      M: n(parts.month),
      d: n(parts.day),
      H: n(parts.hour),
      h: n(parts.hour),
      m: n(parts.minute),
      s: n(parts.second),
      S: parts.fraction.padEnd(token.length, '0'),
      a: parts.half,
    };
    return literal ?? values[token[0] as string] ?? token;
  });

/** Days and moments in a column's forms and in others, existing or not. */
export const timeTexts = ({
  type,
  format,
}: PlanColumn): fc.Arbitrary<string> => {
  const iso = ['yyyy-MM-dd'];
  if (type === 'timestamp')
    for (const between of [' ', "'T'"])
      iso.push(
        `yyyy-MM-dd${between}HH:mm:ss`,
        `yyyy-MM-dd${between}HH:mm:ss.SSS`,
      );
  const own = [format ?? iso].flat();
  const patterns = fc.oneof(
    { arbitrary: fc.constantFrom(...own), weight: 9 },
    { arbitrary: fc.constantFrom(...iso, ...OTHERS), weight: 1 },
  );
  const moments = fc
    .tuple(patterns, dateParts)
    .map(([pattern, parts]) => written(pattern, parts));
  const words = fc.constantFrom('today', 'epoch', 'infinity', '-', '+1-01-01');
  return spaced(
    fc.oneof(
      { arbitrary: moments, weight: 19 },
      { arbitrary: words, weight: 1 },
    ),
  );
};

const PER_DAY = [1, 86_400, 86_400_000];
/** Counts of days, seconds and milliseconds, to the end of the calendar. */
export const epochTexts: fc.Arbitrary<string> = fc.oneof(
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom(0, 20_545, 2_932_896, 2_932_897, 719_528, 1, 43_824),
        fc.constantFrom(...PER_DAY),
        fc.constantFrom(-1, 1),
        fc.integer({ min: -2, max: 2 }),
        fc.constantFrom('', '', '.0', '.', '.5', 'e3'),
      )
      .map(
        ([days, unit, sign, more, end]) => `${sign * days * unit + more}${end}`,
      ),
    weight: 6,
  },
  { arbitrary: numberTexts({ name: '', type: 'bigint' }), weight: 1 },
);

const letters = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.stringMatching(/^[0-9]{0,10}$/),
  fc.constantFrom('n/d', '-', 'N/D', 'n/a', "''", '\\', '\\n', '%', '$1', 'é'),
  fc.constantFrom(
    '👩‍👩‍👧',
    '🇧🇷',
    'e\u0301',
    '\u200b',
    'ﬁ',
    'null',
    'NULL',
    'İ',
  ),
);
/** Any words; what ends lines or quotes is not among them. */
export const wordTexts: fc.Arbitrary<string> = spaced(
  letters.map((text) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: taken out.
    text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff"]/gu, ''),
  ),
);

/** What may be meant as yes or no. */
export const flagTexts: fc.Arbitrary<string> = spaced(
  fc.constantFrom(
    ...['true', 'TRUE', 'True', 'false', '1', '0', 't', 'yes', 'ja', 'JA'],
    ...['été', 'ÉTÉ', 'E\u0301te\u0301', 'Nein', 'ñ', 'Ñ', '01', '2', 'wahr'],
  ),
);

import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type CsvDialect, scanCsv } from './scanCsv.ts';

const COMMA: CsvDialect = { separator: ',', quote: '"' };

interface Found {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

const scan = async (chunks: readonly Buffer[], dialect = COMMA) => {
  const found: Found[] = [];
  await scanCsv(chunks, dialect, (line, start, end) => {
    found.push({ line, start, end });
  });
  return found;
};

/** Records as `line: text`. */
const show = async (text: string, dialect = COMMA) => {
  const bytes = Buffer.from(text);
  return (await scan([bytes], dialect)).map(
    ({ line, start, end }) =>
      `${line}: ${bytes.subarray(start, end).toString()}`,
  );
};

describe('scanCsv', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['blank lines alone', '\n\r\n\n', []],
    ['a last line without an end', 'a\nb', ['1: a', '2: b']],
    ['CRLF', 'a\r\nb\r\n', ['1: a\r', '2: b\r']],
    ['blank lines between', 'a\n\n\r\nb\n', ['1: a', '4: b']],
    ['a line of blanks is a record', 'a\n  \n', ['1: a', '2:   ']],
    ['an empty quoted field is a record', 'a\n""\n', ['1: a', '2: ""']],
    ['separators alone are a record', 'a,b\n,\n', ['1: a,b', '2: ,']],
    ['a line end in quotes', 'a\n"b\nc"\nd', ['1: a', '2: "b\nc"', '4: d']],
    ['CRLF in quotes', '"b\r\nc"\r\nd', ['1: "b\r\nc"\r', '3: d']],
    ['doubled quotes', '"a""\n""b"\nc', ['1: "a""\n""b"', '3: c']],
    ['an empty line in quotes', '"\n\n"\nc', ['1: "\n\n"', '4: c']],
    ['a separator in quotes', '"a,\n,",b\nc', ['1: "a,\n,",b', '3: c']],
    ['a quote inside of a field opens nothing', 'a"b\nc', ['1: a"b', '2: c']],
    ['a quote never closed', 'a\n"b\nc', ['1: a', '2: "b\nc']],
    [
      'a byte order mark before a quote',
      '\uFEFF"a\nb"\nc',
      ['1: \uFEFF"a\nb"', '3: c'],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await show(text)).toEqual(expected);
  });

  test('takes the separator and the quote from the dialect', async () => {
    const dialect = { separator: ';', quote: "'" };
    expect(await show("'a;\nb';c\n\"d\ne", dialect)).toEqual([
      "1: 'a;\nb';c",
      '3: "d',
      '4: e',
    ]);
  });
});

const lineEnd = fc.constantFrom('\n', '\r\n');
const dialects: fc.Arbitrary<CsvDialect> = fc.record({
  separator: fc.constantFrom(',', ';', '\t'),
  quote: fc.constantFrom('"', "'"),
});

/** Well-formed CSV, in which every quoted field may hold anything. */
const csvText = ({ separator, quote }: CsvDialect) => {
  const bare = fc.string({
    unit: fc.constantFrom('a', 'é', '€', ' ', '0', '-'),
    maxLength: 4,
  });
  const any = fc.string({
    unit: fc.constantFrom('a', 'ü', quote, separator, '\n', '\r\n', '\r', ' '),
    maxLength: 6,
  });
  const quoted = any.map(
    (body) => quote + body.replaceAll(quote, quote + quote) + quote,
  );
  const record = fc
    .array(fc.oneof(bare, quoted), { minLength: 1, maxLength: 4 })
    .map((fields) => fields.join(separator));
  return fc
    .tuple(
      fc.boolean(),
      fc.array(fc.tuple(fc.oneof(record, fc.constant('')), lineEnd)),
      fc.oneof(record, fc.constant('')),
    )
    .map(
      ([bom, lines, last]) =>
        `${bom ? '\uFEFF' : ''}${lines.flat().join('')}${last}`,
    );
};

const cases = dialects.chain((dialect) =>
  fc.record({ dialect: fc.constant(dialect), text: csvText(dialect) }),
);

const parsed = (text: string, { separator, quote }: CsvDialect) =>
  parse(text, {
    delimiter: separator,
    quote,
    escape: quote,
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
  }) as string[][];

describe('scanCsv against a full parser', () => {
  test('finds the same records', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ dialect, text }) => {
        const bytes = Buffer.from(text);
        const found = await scan([bytes], dialect);
        const alone = found.map(({ start, end }) =>
          parsed(
            bytes.subarray(start, end).toString().replace(/\r$/, ''),
            dialect,
          ),
        );
        expect(alone).toEqual(parsed(text, dialect).map((row) => [row]));
      }),
      { numRuns: 400 },
    ));

  test('counts the lines before each record', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ dialect, text }) => {
        const bytes = Buffer.from(text);
        for (const { line, start } of await scan([bytes], dialect))
          expect(line).toBe(
            bytes.subarray(0, start).toString('latin1').split('\n').length,
          );
      }),
      { numRuns: 200 },
    ));

  test('chunks may end anywhere', () =>
    fc.assert(
      fc.asyncProperty(
        cases,
        fc.array(fc.nat(7), { minLength: 1 }),
        async ({ dialect, text }, sizes) => {
          const bytes = Buffer.from(text);
          const chunks: Buffer[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = (sizes[i % sizes.length] ?? 0) + (i % 2);
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(await scan(chunks, dialect)).toEqual(
            await scan([bytes], dialect),
          );
        },
      ),
      { numRuns: 200 },
    ));
});

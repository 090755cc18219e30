import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { buildCountCsv } from '../../scripts/wasm.ts';
import { csvCounter } from './countCsv.ts';
import { type CsvDialect, csvScanner } from './scanCsv.ts';

const COMMA: CsvDialect = { separator: ',', quote: '"' };

/** What the scan, byte by byte, says after each chunk and at the end. */
const scanned = (chunks: readonly Buffer[], dialect: CsvDialect) => {
  let records = 0;
  const scanner = csvScanner(dialect, () => records++);
  for (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  return records;
};

const counted = (chunks: readonly Buffer[], dialect: CsvDialect) => {
  const counter = csvCounter(dialect);
  const memory = Buffer.alloc(Math.max(1, ...chunks.map((c) => c.length)));
  for (const chunk of chunks) {
    // As a reader that fills the same memory again and again.
    chunk.copy(memory);
    counter.push(memory.subarray(0, chunk.length));
    memory.fill(0x22);
  }
  return counter.end();
};

const cut = (bytes: Buffer, sizes: readonly number[]) => {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
};

const long = 'x'.repeat(70_000);

describe('csvCounter', () => {
  test.each<[string, string, number]>([
    ['nothing', '', 0],
    ['a mark alone', '\uFEFF', 0],
    ['a mark and a line end', '\uFEFF\n', 0],
    ['blank lines alone', '\n\r\n\n', 0],
    ['blank lines of several CRs', 'a\n\r\r\n\r\r\r\nb', 2],
    ['CRs alone at the end', 'a\n\r\r', 1],
    ['a last line without an end', 'aaa\nb', 2],
    ['CRLF', 'aaa\r\nb\r\n', 2],
    ['a line of blanks', 'aaa\n  \n', 2],
    ['an empty quoted field', 'aaa\n""\n', 2],
    ['line ends in quotes', 'aaa\n"b\n\r\n\nc"\nd', 3],
    ['doubled quotes', '"a""\n""b"\nc', 2],
    ['a quote inside of a field', 'aa"b\nc"\nd', 3],
    ['a quote after a quoted field', '"a"b"\nc"\nd', 3],
    ['a quote after a CR', 'a,\r"b\nc"\n', 1],
    ['a CR before the first quote of a line', 'aaa\n\r"b\nc"\n', 2],
    ['a quote never closed', 'aaa\n"b\nc', 2],
    ['a mark before a quote', '\uFEFF"a\nb"\nc', 2],
    ['a mark within the file opens nothing', 'aaa\n\uFEFF"b\nc"\n', 3],
    ['half a mark', 'x\n'.repeat(3), 3],
    ['a record longer than a piece', `aaa\n"${long}\n${long}",b\nc\n`, 3],
    ['an odd quote behind a long field', `aaa\n"${long}\n",b"\nc\n`, 3],
  ])('%s', (_, text, expected) => {
    const bytes = Buffer.from(text);
    expect(counted([bytes], COMMA)).toBe(expected);
    expect(scanned([bytes], COMMA)).toBe(expected);
  });

  test('half a mark is none', () => {
    const bytes = Buffer.from([0xef, 0xbb, 0x22, 10, 0x22, 10, 0x61]);
    expect(counted([bytes], COMMA)).toBe(scanned([bytes], COMMA));
  });

  test('says how much of a record has come', () => {
    const counter = csvCounter(COMMA);
    counter.push(Buffer.from('aaa\nbb'));
    expect([counter.records, counter.open]).toEqual([1, 2]);
    counter.push(Buffer.from(`"\n${long}`));
    expect([counter.records, counter.open]).toEqual([2, 70_001]);
    counter.push(Buffer.from('\n'));
    expect(counter.end()).toBe(3);
  });

  test('the module is what its source says', async () => {
    const file = new URL('./countCsvWasm.ts', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(await buildCountCsv());
  });
});

const dialects: fc.Arbitrary<CsvDialect> = fc.record({
  separator: fc.constantFrom(',', ';', '\t'),
  quote: fc.constantFrom('"', "'"),
});

/** Fields that are well quoted, and, where odd, any text between them. */
const csvBytes = ({ separator, quote }: CsvDialect, isOdd: boolean) => {
  const units = ['a', 'é', '€', '0', '\u{1F600}', ' ', '\uFEFF'];
  const bare = fc.string({ unit: fc.constantFrom(...units), maxLength: 20 });
  const any = fc.string({
    unit: fc.constantFrom(...units, quote, separator, '\n', '\r\n', '\r'),
    maxLength: 40,
  });
  const quoted = any.map(
    (body) => quote + body.replaceAll(quote, quote + quote) + quote,
  );
  const parts = [
    bare,
    quoted.map((text) => separator + text + separator),
    quoted.map((text) => `\n${text}`),
    fc.constantFrom('\n', '\r\n', separator),
    ...(isOdd ? [any, fc.constant('\r')] : []),
  ];
  return fc
    .tuple(fc.boolean(), fc.array(fc.oneof(...parts), { size: 'large' }))
    .map(([mark, text]) => Buffer.from((mark ? '\uFEFF' : '') + text.join('')));
};

const sizes = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 60, max: 68 }),
    fc.integer({ min: 1, max: 300 }),
  ),
  { minLength: 1, maxLength: 6 },
);

describe.each([
  ['well quoted', false],
  ['with odd quotes', true],
])('csvCounter against the scan, %s', (_, isOdd) => {
  test('counts the same, wherever chunks end', () =>
    fc.assert(
      fc.property(
        dialects.chain((dialect) =>
          fc.tuple(fc.constant(dialect), csvBytes(dialect, isOdd)),
        ),
        sizes,
        ([dialect, bytes], lengths) => {
          const expected = scanned([bytes], dialect);
          expect(counted([bytes], dialect)).toBe(expected);
          expect(counted(cut(bytes, [3, ...lengths]), dialect)).toBe(expected);
          expect(counted(cut(bytes, lengths), dialect)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    ));
});

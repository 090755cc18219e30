import fc from 'fast-check';
import { SourceError } from '../../core/errors.ts';
import { badRows, csv, date, decimal, int, string } from '../../core/index.ts';
import type { Source } from '../../core/source.ts';
import { testBench } from '../testing/bench.ts';
import { figures, prepare, refusal } from '../testing/prepare.ts';

const bench = testBench();

const people = csv('people', {
  files: '*.csv',
  maxRejected: 1,
  columns: { name: string(), age: int() },
});

const read = async (files: Record<string, string>, source: Source = people) =>
  prepare(await bench(), source, files);

const refused = async (
  files: Record<string, string | Buffer>,
  source: Source = people,
) => {
  const error = await refusal(prepare(await bench(), source, files));
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
};

describe('forms of CSV', () => {
  test.each<[string, string, (string | number | null)[][]]>([
    [
      'LF',
      'name,age\nA,1\nB,2\n',
      [
        ['A', 1],
        ['B', 2],
      ],
    ],
    [
      'CRLF',
      'name,age\r\nA,1\r\nB,2\r\n',
      [
        ['A', 1],
        ['B', 2],
      ],
    ],
    ['no last line end', 'name,age\nA,1', [['A', 1]]],
    ['a header alone', 'name,age\n', []],
    ['a header without a line end', 'name,age', []],
    [
      'blank lines',
      'name,age\n\nA,1\n\n\nB,2\n\n',
      [
        ['A', 1],
        ['B', 2],
      ],
    ],
    ['quotes', 'name,age\n"A ""x"", B","1"\n', [['A "x", B', 1]]],
    ['line ends in quotes', 'name,age\n"A\nB",1\n', [['A\nB', 1]]],
    ['a quote inside of a field', 'name,age\nA"B,1\n', [['A"B', 1]]],
    ['a byte order mark', '\uFEFFname,age\nA,1\n', [['A', 1]]],
    ['a byte order mark and quotes', '\uFEFF"name","age"\nA,1\n', [['A', 1]]],
    ['blanks in the header', ' name , age\nA,1\n', [['A', 1]]],
    ['another order of columns', 'age,name\n1,A\n', [['A', 1]]],
    [
      'empty and blank fields',
      'name,age\n,\n" "," "\n',
      [
        [null, null],
        [null, null],
      ],
    ],
    [
      'a separator too many at each line',
      'name,age,\nA,1,\nB,2,\n',
      [
        ['A', 1],
        ['B', 2],
      ],
    ],
    [
      'a long field',
      `name,age\n${'x'.repeat(300_000)},1\n`,
      [['x'.repeat(300_000), 1]],
    ],
    [
      'CRLF, then LF',
      'name,age\r\nA,1\nB,2\r\n"C\r\nD",3\n',
      [
        ['A', 1],
        ['B', 2],
        ['C\r\nD', 3],
      ],
    ],
    [
      'LF, then CRLF',
      'name,age\nA,1\r\n\r\n"C\nD",3\r\nE,4',
      [
        ['A', 1],
        ['C\nD', 3],
        ['E', 4],
      ],
    ],
    [
      'LF, then CRLF after a quote',
      'name,age\nA,"1"\n"B","2"\r\n"C\n",3\n',
      [
        ['A', 1],
        ['B', 2],
        ['C\n', 3],
      ],
    ],
    [
      'CRLF, then LF after a quote',
      'name,age\r\nA,"1"\r\n"B","2"\nC,3\r\n',
      [
        ['A', 1],
        ['B', 2],
        ['C', 3],
      ],
    ],
  ])('%s', async (_, text, expected) => {
    const { rows, counts } = await read({ 'a.csv': text });
    expect(rows.map(({ name, age }) => [name, age])).toEqual(expected);
    expect(counts).toMatchObject({
      landed: expected.length,
      used: expected.length,
      quarantined: 0,
    });
  });

  test('another separator and quote, decimal comma', async () => {
    const source = csv('s', {
      files: '*',
      separator: ';',
      quote: "'",
      columns: {
        name: string(),
        amount: decimal(8, 2, { decimalMark: ',', thousands: '.' }),
      },
    });
    const { rows } = await read(
      { 'a.csv': "name;amount\n'A;''B';1.234,5\nC,D;0,07\n" },
      source,
    );
    expect(rows).toEqual([
      { name: "A;'B", amount: '1234.50' },
      { name: 'C,D', amount: '0.07' },
    ]);
  });

  test('names with blanks, marks and quotes', async () => {
    const source = csv('s', {
      files: '*',
      separator: '\t',
      columns: {
        amount: int({ from: 'Loan Amount' }),
        index: int({ from: 'Índice – "a"' }),
      },
      unused: ["it's not", ''],
    });
    const text = ` Loan Amount\t"Índice – ""a"""\tit's not \t\n1\t2\tx\t\n`;
    expect((await read({ 'a.tsv': text }, source)).rows).toEqual([
      { amount: 1, index: 2 },
    ]);
  });

  test('one column, with blank lines', async () => {
    const source = csv('s', { files: '*', columns: { code: string() } });
    const result = await read({ 'a.csv': 'code\nA\n\nB\n""\n' }, source);
    expect(result.rows).toEqual([{ code: 'A' }, { code: 'B' }, { code: null }]);
    expect(figures(result).landed).toBe(3);
  });
});

describe('several files', () => {
  const wide = csv('wide', {
    files: '*',
    maxRejected: 1,
    columns: { name: string(), age: int(), since: date() },
    unused: ['note', ''],
  });
  const files = {
    'a.csv': 'name,age,since\nA1,1,2020-01-01\nA2,x,2020-01-02\n',
    'b.csv':
      'note;name,since,age\n'.replace(';', ',') +
      'n,B1,2020-02-01,3\ncut\nn,B2,2020-02-30,4\n',
    'c.csv': 'name,age,since\n"C\n1",5,2020-03-01\nC2,6\nC3,y,2020-03-03\n',
    'd.csv': 'name,age,since\n',
    'e.csv':
      'note,name,since,age,\r\nn,E1,2020-05-01,z,\r\n\r\nn,E2,2020-05-02,8,\r\n',
  };

  test('two layouts, interleaved', async () => {
    const result = await prepare(await bench(), wide, files);
    expect(
      result.rows.map(({ name, age, since }) => [name, age, since]),
    ).toEqual([
      ['A1', 1, '2020-01-01'],
      ['B1', 3, '2020-02-01'],
      ['C\n1', 5, '2020-03-01'],
      ['E2', 8, '2020-05-02'],
    ]);
    expect(figures(result)).toEqual({
      landed: 10,
      used: 4,
      dropped: 0,
      duplicates: 0,
      quarantined: 6,
    });
  });

  test('each reject with its file, line and text', async () => {
    const { rejects, counts } = await prepare(await bench(), wide, files);
    const places = rejects.map(
      ({ path, line, raw }) => `${path}:${line} ${raw}`,
    );
    expect(places.sort()).toEqual([
      'a.csv:3 A2,x,2020-01-02',
      'b.csv:3 cut',
      'b.csv:4 n,B2,2020-02-30,4',
      'c.csv:4 C2,6',
      'c.csv:5 C3,y,2020-03-03',
      'e.csv:2 n,E1,2020-05-01,z,',
    ]);
    expect(counts.reasons).toEqual({
      'age: not an int': 3,
      'since: not a date': 1,
      'Expected Number of Columns: 4 Found: 1': 1,
      'Expected Number of Columns: 3 Found: 2': 1,
    });
  });

  test('a wrong header in one of them names that one', async () => {
    const error = await refused(
      { ...files, 'c.csv': 'name,Age,since\n' },
      wide,
    );
    expect(error.message).toBe(
      'source wide, file c.csv, column age: column "age" is missing (renamed ' +
        'to "Age"?); column "Age" is not declared: add to the source\'s ' +
        'columns, or to `unused`. Found: "name", "Age", "since"',
    );
  });
});

describe('quarantine', () => {
  test.each<[string, string, [number, string][]]>([
    ['a value that does not decode', 'A,1\nB,x\n', [[3, 'B,x']]],
    ['too few fields', 'A,1\nB\nC,3\n', [[3, 'B']]],
    ['too many fields', 'A,1\nB,2,3\nC,3\n', [[3, 'B,2,3']]],
    ['a last row that is cut', 'A,1\nB', [[3, 'B']]],
    ['a last row cut in quotes', 'A,1\n"B', [[3, '"B']]],
    ['a line of blanks', 'A,1\n   \nC,3\n', [[3, '   ']]],
    ['a quote that closes too early', 'A,1\n"B"x,2\nC,3\n', [[3, '"B"x,2']]],
    [
      'after blank lines',
      '\n\nA,1\n\nB\n\nC,x\n',
      [
        [6, 'B'],
        [8, 'C,x'],
      ],
    ],
    [
      'after lines in quotes',
      '"A\n\nA",1\nB,x\n"C\nC",2\nD\nE,y\n',
      [
        [5, 'B,x'],
        [8, 'D'],
        [9, 'E,y'],
      ],
    ],
    [
      'of several lines',
      '"A\nA",x\n"B\nB"\nC,1\n',
      [
        [2, '"A\nA",x'],
        [4, '"B\nB"'],
      ],
    ],
    [
      'after several that are cut',
      'A\nB\nC,x\nD\n"E\nE",1\nF,y\n',
      [
        [2, 'A'],
        [3, 'B'],
        [4, 'C,x'],
        [5, 'D'],
        [8, 'F,y'],
      ],
    ],
  ])('%s: its line and its text', async (_, body, expected) => {
    const ends: [string, (text: string) => string][] = [
      ['LF', (text) => text],
      ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
      ['mixed', (text) => text.replace('\n', '\r\n')],
    ];
    for (const [end, make] of ends) {
      const text = make(`name,age\n${body}`);
      const result = await read({ 'a.csv': text });
      const found = result.rejects
        .map(({ path, line, raw }) => [path, line, raw.replaceAll('\r', '')])
        .sort(([, a], [, b]) => Number(a) - Number(b));
      expect([end, found]).toEqual([
        end,
        expected.map(([line, raw]) => ['a.csv', line, raw]),
      ]);
      expect(figures(result).quarantined).toBe(expected.length);
    }
  });

  test('of a very long record the beginning is kept', async () => {
    const long = `${'x'.repeat(1 << 20)}yz`;
    const { rejects } = await read({ 'a.csv': `name,age\n${long},x\nB,2\n` });
    expect(rejects).toHaveLength(1);
    expect(rejects[0]?.raw).toBe(`${long.slice(0, -2)}…`);
  });

  test('says why, and which column', async () => {
    const { rejects } = await read({ 'a.csv': 'name,age\nA,"1,5"\nB\n' });
    expect(rejects).toEqual([
      {
        path: 'a.csv',
        line: 3,
        reason: 'Expected Number of Columns: 2 Found: 1',
        raw: 'B',
      },
      {
        path: 'a.csv',
        line: 2,
        column: 'age',
        reason: 'age: "1,5" is not an int',
        raw: 'A,"1,5"',
      },
    ]);
  });

  test('rows that a check sets aside, next to those that do not decode', async () => {
    const checks = [
      badRows(people, 'too old', 'age > 150', { severity: 'quarantine' }),
      badRows(people, 'no name', 'name IS NULL', { severity: 'quarantine' }),
      badRows(people, 'young', 'age < 18', { severity: 'warn' }),
    ];
    const result = await prepare(
      await bench(),
      people,
      { 'a.csv': 'name,age\n"A\nA",200\n,300\n,1\nB,x\nC,2\nD\n' },
      checks,
    );
    expect(result.rows).toEqual([{ name: 'C', age: 2 }]);
    expect(figures(result)).toMatchObject({
      landed: 6,
      used: 1,
      quarantined: 5,
    });
    expect(result.counts.reasons).toEqual({
      'too old': 2,
      'no name': 1,
      'age: not an int': 1,
      'Expected Number of Columns: 2 Found: 1': 1,
    });
    expect(
      result.rejects.map(({ line, reason }) => `${line} ${reason}`).sort(),
    ).toEqual([
      '2 too old',
      '4 too old',
      '5 no name',
      '6 age: "x" is not an int',
      '8 Expected Number of Columns: 2 Found: 1',
    ]);
  });

  test('of a record with more columns, no number is told that is wrong', async () => {
    const text = 'name,age\nA,1,x\nB,2,x,y,z\nC,3\n';
    const { counts } = await read({ 'a.csv': text });
    expect(counts.reasons).toEqual({
      'Expected Number of Columns: 2 Found: 3 or more': 2,
    });
  });

  test('beyond the share that is allowed, nothing is used', async () => {
    const strict = csv('people', {
      files: '*',
      maxRejected: 0.3,
      columns: people.columns,
    });
    const third = 'name,age\nA,1\nB,2\nC,x\n';
    const error = await refused({ 'a.csv': third }, strict);
    expect(error.message).toBe(
      'source people, file a.csv, line 4, column age: 1 of 3 records do not ' +
        'decode, more than the share of 0.3 that is allowed; the first: ' +
        'age: "x" is not an int',
    );
    const quarter = `${third}D,4\n`;
    expect(figures(await read({ 'a.csv': quarter }, strict)).used).toBe(3);
  });
});

/** A record, and what is wrong with it. */
const records = fc.array(
  fc.constantFrom(
    ['A,1', false],
    ['"A\n\nA",2', false],
    ['"a ""b"", c",3', false],
    ['A,x', true],
    ['short', true],
    ['s', true],
    ['"s\ns"', true],
    ['A,1,2', true],
    ['"A"A,1', true],
    [' ', true],
  ) as fc.Arbitrary<readonly [string, boolean]>,
  { maxLength: 8 },
);

describe('wherever it stands', () => {
  test('a reject is found again', async () => {
    const { db, folder } = await bench();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (rows, blanks, end, isOpen) => {
          let text = 'name,age';
          const expected: [number, string][] = [];
          for (const [i, [row, isBad]] of rows.entries()) {
            text += end + end.repeat(blanks[i] ?? 0);
            const raw = row.replaceAll('\n', end);
            if (isBad) expected.push([text.split('\n').length, raw]);
            text += raw;
          }
          const source = { ...people, name: `people_${run++}` };
          const { rejects } = await prepare(
            { db, folder },
            source as typeof people,
            { 'a.csv': text + (isOpen ? '' : end) },
          );
          expect(
            rejects
              .map(({ line, raw }) => [line, raw])
              .sort(([a], [b]) => Number(a) - Number(b)),
          ).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('files that are refused', () => {
  test.each<[string, string, RegExp, number | undefined]>([
    ['blank lines alone', '\n\n', /the first line is blank/, 1],
    ['a blank line first', '\nname,age\nA,1\n', /the first line is blank/, 1],
    [
      'a header that is not closed',
      '"name,age\nA,1\n',
      /the header is not CSV/,
      1,
    ],
    ['a missing column', 'name\nA\n', /column "age" is missing/, undefined],
    [
      'an added column',
      'name,age,size\nA,1,2\n',
      /column "size" is not declared/,
      undefined,
    ],
    [
      'a column twice',
      'name,age,age\nA,1,2\n',
      /"age" occurs twice/,
      undefined,
    ],
    ['no header', 'A,1\nB,2\n', /column "name" is missing/, undefined],
    [
      'another separator',
      'name;age\nA;1\n',
      /column "name" is missing.*Found: "name;age"/,
      undefined,
    ],
    [
      'a quote that is never closed',
      `name,age\nA,1\n"B,2\n${'C,3\n'.repeat(5)}`,
      /a quote opens here .* takes in records that follow$/,
      3,
    ],
    [
      'a quote that closes far below',
      `name,age\nA,1\n"B,2\n${'C,3\n'.repeat(5)}"D",4\nE,5\n`,
      /a quote opens here .* takes in records that follow$/,
      3,
    ],
    ['lines that end in CR', 'name,age\rA,1\rB,2\r', /CR alone/, undefined],
  ])('%s', async (_, text, message, line) => {
    const error = await refused({ 'a.csv': text });
    expect(error.message).toMatch(message);
    expect(error.place).toMatchObject({
      source: 'people',
      ...(line !== undefined && { file: 'a.csv', line }),
    });
  });
});

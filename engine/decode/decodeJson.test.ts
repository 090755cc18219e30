import { SourceError } from '../../core/errors.ts';
import {
  bigint,
  boolean,
  decimal,
  double,
  files,
  int,
  json,
  originLine,
  originPath,
  rest,
  string,
  timestamp,
  values,
} from '../../core/index.ts';
import type { Source } from '../../core/source.ts';
import { testBench } from '../testing/bench.ts';
import {
  figures,
  prepare,
  refusal,
  type TestFiles,
} from '../testing/prepare.ts';

const bench = testBench();

const events = json('events', {
  files: '**/*.json',
  maxRejected: 1,
  unused: ['auth'],
  columns: {
    user: string(),
    n: int({ from: 'itemNo' }),
    path: originPath(),
    line: originLine(),
  },
});

const read = async (source: Source, found: TestFiles) =>
  prepare(await bench(), source, found);

const refused = async (source: Source, found: TestFiles) => {
  const error = await refusal(prepare(await bench(), source, found));
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
};

describe('JSON', () => {
  test('on lines, over lines, and one straight after another', async () => {
    const { rows, counts } = await read(events, {
      'a/1.json':
        '\uFEFF{"user":"A","itemNo":1}\r\n\r\n{"user":"B","itemNo":2}\r\n',
      'a/2.json': '{\n "user": "C",\n "itemNo": 3\n}{\n"user":"D","itemNo":4}',
      'b.json': '{"itemNo":5,"user":"{E}"}',
    });
    expect(
      rows.map(({ user, n, path, line }) => [user, n, path, line]),
    ).toEqual([
      ['A', 1, 'a/1.json', 1n],
      ['B', 2, 'a/1.json', 3n],
      ['C', 3, 'a/2.json', 1n],
      ['D', 4, 'a/2.json', 4n],
      ['{E}', 5, 'b.json', 1n],
    ]);
    expect(counts).toMatchObject({ files: 3, landed: 5, used: 5 });
  });

  test('a key that is missing, null or blank is NULL', async () => {
    const { rows } = await read(events, {
      'a.json':
        '{"user":"A"}\n{"user":null,"itemNo":1}\n{"user":" ","itemNo":null}\n' +
        '{"auth":1}\n{}\n',
    });
    expect(rows.map(({ user, n }) => [user, n])).toEqual([
      ['A', null],
      [null, 1],
      [null, null],
      [null, null],
      [null, null],
    ]);
  });

  test('numbers keep every digit, nested values their text', async () => {
    const source = json('typed', {
      files: '*',
      columns: {
        id: bigint(),
        price: decimal(20, 10),
        ratio: double(),
        flag: boolean(),
        at: timestamp({ epoch: { unit: 'milliseconds', since: '1970-01-01' } }),
        note: string({ from: "a.note's" }),
      },
    });
    const { rows } = await read(source, {
      'a.json':
        '{"id":9007199254740993,"price":1234567890.0123456789,"ratio":1e-7,' +
        '"flag":true,"at":1541106106796.0,"a.note\'s":{"b":[1, 2.50]}}\n' +
        '{"id":"7","price":"10.50","ratio":"0.5","flag":"False","at":null,' +
        '"a.note\'s":"\\u00e9 \\"q\\"\\n"}\n',
    });
    expect(rows).toEqual([
      {
        id: 9007199254740993n,
        price: '1234567890.0123456789',
        ratio: 1e-7,
        flag: true,
        at: '2018-11-01 21:01:46.796',
        note: '{"b":[1,2.5]}',
      },
      {
        id: 7n,
        price: '10.5000000000',
        ratio: 0.5,
        flag: false,
        at: null,
        note: 'é "q"\n',
      },
    ]);
  });

  test('what does not decode is set aside, and nothing next to it', async () => {
    const result = await read(events, {
      'a.json': [
        '{"user":"A","itemNo":1}',
        '{"user":"B","itemNo":"x"}',
        '{"user":"C","itemNo":2',
        '{"user":"D","itemNo":3}',
        '{"user":"E","itemNo":4,}',
        '[{"user":"F","itemNo":5}]',
        'null',
        '{"user":"G","itemNo":{"a":1}}',
        '{"user":"H","itemNo":6}',
        '{"user":"I',
      ].join('\n'),
      'b.json': 'Internal Server Error',
    });
    expect(result.rows.map(({ user }) => user)).toEqual(['A', 'D', 'H']);
    expect(figures(result)).toMatchObject({ landed: 11, quarantined: 8 });
    expect(result.rejects).toEqual([
      {
        path: 'a.json',
        line: 2,
        raw: '{"user":"B","itemNo":"x"}',
        column: 'n',
        reason: 'n: "x" is not an int',
      },
      ...[
        { line: 3, raw: '{"user":"C","itemNo":2' },
        { line: 5, raw: '{"user":"E","itemNo":4,}' },
        { line: 6, raw: '[{"user":"F","itemNo":5}]' },
        { line: 7, raw: 'null' },
      ].map((place) => ({
        path: 'a.json',
        ...place,
        reason: 'not a JSON object',
      })),
      {
        path: 'a.json',
        line: 8,
        raw: '{"user":"G","itemNo":{"a":1}}',
        column: 'n',
        reason: 'n: "{\\"a\\":1}" is not an int',
      },
      {
        path: 'a.json',
        line: 10,
        raw: '{"user":"I',
        reason: 'not a JSON object',
      },
      {
        path: 'b.json',
        line: 1,
        raw: 'Internal Server Error',
        reason: 'not a JSON object',
      },
    ]);
  });

  test('what readers take in different ways is set aside, with the reason', async () => {
    const lines = [
      '{"user":"A","itemNo":1}',
      '{"user":"B","itemNo":2,"user":"C"}',
      '{"user":"\\ud800x","itemNo":3}',
      '{"auth":{"a":1,"a":2},"itemNo":4}',
      '{"user":"a\\u0000b","itemNo":5}',
      '{"user":"\\ud83d\\ude00","itemNo":6}',
      `{"auth":${'['.repeat(2000)}${']'.repeat(2000)}}`,
    ];
    const result = await read(events, { 'a.json': lines.join('\n') });
    expect(result.rows.map(({ user, n }) => [user, n])).toEqual([
      ['A', 1],
      ['😀', 6],
    ]);
    expect(result.rejects).toEqual(
      [
        [2, 'the member "user" is there twice'],
        [3, 'a lone surrogate in the member "user"'],
        [4, 'the member "a" is there twice'],
        [5, 'a NUL character in the member "user"'],
        [7, 'nested more than 200 deep'],
      ].map(([line, reason]) => ({
        path: 'a.json',
        line,
        raw: lines[Number(line) - 1],
        reason,
      })),
    );
  });

  test('a key that nobody declared is refused, with its file', async () => {
    const error = await refused(events, {
      'a.json': '{"user":"A","itemNo":1}',
      'b.json': '{"user":"A","itemNo":1}\n{"user":"A","agent":1}',
    });
    expect(error.message).toBe(
      'source events, file b.json, column agent: column "agent" is not ' +
        "declared: add to the source's columns, or to `unused`. Found: " +
        '"user", "itemNo", "agent"',
    );
  });

  test('a key that no record has was renamed', async () => {
    const error = await refused(events, {
      'a.json': '{"user":"A","itemNr":1}',
    });
    expect(error.message).toMatch(
      /column "itemNo" is missing \(renamed to "itemNr"\?\)/,
    );
  });

  test('text that is not UTF-8 is refused, with its line', async () => {
    const error = await refusal(
      prepare(await bench(), events, {
        'a.json': Buffer.from('{"user":"A"}\n{"user":"\xe9"}\n', 'latin1'),
      }),
    );
    expect(error.message).toMatch(
      /file a\.json, line 2: the text is not UTF-8/,
    );
  });
});

describe('pages of an API', () => {
  const fees = rest('fees', {
    files: '*.json',
    url: 'https://example.org/fees',
    records: 'value',
    maxRejected: 0.7,
    unused: ['id'],
    columns: {
      bank: string({ from: '/bank', pad: { length: 3, with: '0' } }),
      fee: string(),
      amount: decimal(12, 2),
      exact: string({ from: 'amount' }),
      line: originLine(),
    },
  });

  test('records, and what the page says of them all', async () => {
    const { rows, counts } = await read(fees, {
      'a.json':
        '{"bank":"7","value":[{"fee":"A","amount":10.50,"id":1},' +
        '\n{"fee":"B","amount":0.10}\n],"next":null}',
      'b.json': '{"value":[],"bank":"8"}',
      'c.json':
        '{\n "bank": 12.0,\n "value": [\n' +
        '  {"fee":"C","amount":1234567890.1200000000000000000}\n ]\n}',
    });
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['007', 'A', '10.50', '10.50', 1n],
      ['007', 'B', '0.10', '0.10', 2n],
      ['12.0', 'C', '1234567890.12', '1234567890.1200000000000000000', 1n],
    ]);
    expect(counts).toMatchObject({ files: 3, landed: 3, used: 3 });
  });

  test.each<[string, string, RegExp]>([
    ['HTML', '<html>busy</html>', /line 1: the page is not JSON/],
    ['half a page', '{"bank":"7","value":[{"fee":"A"', /the page is not JSON/],
    [
      'an error',
      '{"error":"no such bank"}',
      /column value: the page has no list "value": is it an error page\?/,
    ],
    ['null', 'null', /the page has no list "value"/],
    [
      'a list',
      '[{"fee":"A"}]',
      /the page has no list "value": it is a list itself, which needs no `records`$/,
    ],
    ['no list', '{"value":{"fee":"A"}}', /the page has no list "value"/],
  ])('refuses %s, with its file', async (_, page, message) => {
    const error = await refused(fees, {
      'a.json': '{"bank":"7","value":[{"fee":"A","amount":1}]}',
      'b.json': page,
    });
    expect(error.message).toMatch(message);
    expect(error.place).toMatchObject({ source: 'fees', file: 'b.json' });
  });

  test('a record, or a whole page, with half a surrogate is set aside', async () => {
    const result = await read(
      { ...fees, maxRejected: 1 },
      {
        'a.json':
          '{"bank":"7","value":[{"fee":"A","amount":1},{"fee":"\\ud800"}]}',
        'b.json': '{"bank":"\\ud800","value":[{"fee":"B"}]}',
      },
    );
    expect(result.rows.map(({ fee }) => fee)).toEqual(['A']);
    expect(result.rejects).toEqual([
      {
        path: 'a.json',
        line: 2,
        raw: '{"fee":"\\ud800"}',
        reason: 'a lone surrogate in the member "fee"',
      },
      {
        path: 'b.json',
        line: 1,
        raw: '{"fee":"B"}',
        reason: 'of its page: a lone surrogate in the member "bank"',
      },
    ]);
  });

  test('a record that is no object is set aside', async () => {
    const result = await read(
      { ...fees, maxRejected: 1 },
      { 'a.json': '{"bank":"7","value":[{"fee":"A","amount":1},"B",null,7]}' },
    );
    expect(figures(result)).toMatchObject({ used: 1, quarantined: 3 });
    expect(result.rejects.map(({ line, raw }) => [line, raw])).toEqual([
      [2, '"B"'],
      [3, 'null'],
      [4, '7'],
    ]);
  });
});

describe('pages that are lists', () => {
  const fees = rest('fees', {
    files: '*.json',
    url: 'https://example.org/fees',
    maxRejected: 0.7,
    unused: ['id'],
    columns: {
      fee: string(),
      amount: decimal(12, 2),
      exact: string({ from: 'amount' }),
      path: originPath(),
      line: originLine(),
    },
  });

  test('their records, with every digit', async () => {
    const { rows, counts } = await read(fees, {
      'a.json': '[{"fee":"A","amount":10.50,"id":1}\n,{"fee":"B"}]\n',
      'b.json': '[ ]\n',
      'c.json':
        '\uFEFF[\n  {"fee":"C","amount":1234567890.1200000000000000000},\r\n' +
        '{"fee":"D","amount":-0.0}\n]\n',
    });
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['A', '10.50', '10.50', 'a.json', 1n],
      ['B', null, null, 'a.json', 2n],
      ['C', '1234567890.12', '1234567890.1200000000000000000', 'c.json', 1n],
      ['D', '0.00', '-0.0', 'c.json', 2n],
    ]);
    expect(counts).toMatchObject({ files: 3, landed: 4, used: 4 });
  });

  test.each<[string, string, RegExp]>([
    ['half a page', '[{"fee":"A"},\n{"fee":"B"}\n', /the page is not JSON$/],
    ['what comes after it', '[{"fee":"A"}] oops', /the page is not JSON$/],
    [
      'an object',
      '{"code":1,"error":true}',
      /line 1: the page is an object of "code", "error", and no list: is it an error page, or are its records in a member \(`records`\)\?$/,
    ],
    [
      'an object of many members',
      '[]\n{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}',
      /line 2: the page is an object of "a", "b", "c", "d", "e", …, and no list/,
    ],
    ['an empty object', '{}', /the page is an empty object, and no list/],
    ['null', 'null', /the page is null, and no list/],
    ['a number', '7', /the page is a number, and no list/],
    ['a text', '"busy"', /the page is a string, and no list/],
  ])('refuses %s, with its file', async (_, page, message) => {
    const error = await refused(fees, {
      'a.json': '[{"fee":"A","amount":1}]',
      'b.json': page,
    });
    expect(error.message).toMatch(message);
    expect(error.place).toMatchObject({ source: 'fees', file: 'b.json' });
  });

  test('a record that cannot be used is set aside', async () => {
    const result = await read(
      { ...fees, maxRejected: 1 },
      {
        'a.json':
          '[{"fee":"A","amount":1},"B",null,[],{"fee":"\\ud800"},' +
          '{"fee":"C","amount":"x"},{"fee":"D","fee":"E","amount":2}]',
      },
    );
    expect(result.rows.map(({ fee }) => fee)).toEqual(['A', 'E']);
    expect(
      result.rejects.map(({ line, raw, reason }) => [line, raw, reason]),
    ).toEqual([
      [2, '"B"', 'not a JSON object'],
      [3, 'null', 'not a JSON object'],
      [4, '[]', 'not a JSON object'],
      [5, '{"fee":"\\ud800"}', 'a lone surrogate in the member "fee"'],
      [6, '{"fee":"C","amount":"x"}', 'amount: "x" is not a decimal(12,2)'],
    ]);
  });
});

describe('value lists', () => {
  const modes = values('modes', {
    files: 'labels.sas',
    block: 'i94model',
    maxRejected: 1,
    columns: { code: int(), label: string() },
    oneRowPer: { key: ['code'] },
  });
  const program = (entries: string) =>
    `/* labels */\nvalue i94model\n${entries}\n;\nvalue other\n1='x'\n;\n`;

  test('codes and labels', async () => {
    const result = await read(modes, {
      'labels.sas': program("1 = ' Air '\n'2' = 'Sea'\nX = 'Rail'\n2 = 'Lake'"),
    });
    expect(result.rows).toEqual([
      { code: 1, label: 'Air' },
      { code: 2, label: 'Lake' },
    ]);
    expect(figures(result)).toEqual({
      landed: 4,
      used: 2,
      dropped: 0,
      duplicates: 1,
      quarantined: 1,
    });
    expect(result.rejects).toMatchObject([
      { path: 'labels.sas', line: 5, raw: "X = 'Rail'", column: 'code' },
    ]);
  });

  test('a list that is not there is refused, with the file', async () => {
    const error = await refused(modes, { 'labels.sas': 'value other\n;' });
    expect(error.message).toMatch(
      /^source modes, file labels\.sas: there is no value list "i94model"/,
    );
  });
});

describe('whole files', () => {
  test('a record each, its text in the column without `from`', async () => {
    const source = files('pages', {
      files: '**/*.html',
      columns: { path: originPath(), body: string() },
    });
    const { rows } = await read(source, {
      'a/1.html': '<p>\n"é" \n</p>',
      'a/2.html': 'x',
    });
    expect(rows).toEqual([
      { path: 'a/1.html', body: '<p>\n"é" \n</p>' },
      { path: 'a/2.html', body: 'x' },
    ]);
  });
});

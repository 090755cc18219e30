import { wavesOf } from './http.ts';
import { httpFaults } from './httpFaults.ts';
import { csv, files, json, rest, string } from './index.ts';
import type { Source } from './source.ts';

const columns = { id: string(), name: string() };
const banks = csv('banks', { files: 'banks.csv', columns });
const all = { files: 'a/*.csv', columns };
const url = 'https://a.example/{id}';

test.each<[string, readonly Source[]]>([
  ['a file', [csv('a', { ...all, url: 'https://a.example/x.csv' })]],
  ['another place than HTTP', [json('a', { ...all, url: 's3://a/{b}' })]],
  [
    'the period, in its parts',
    [csv('a', { ...all, url: 'https://a/{yyyy}-{MM}', scope: 'period' })],
  ],
  [
    'rows of another source, declared after it',
    [
      rest('a', {
        ...{ ...all, url, records: 'r' },
        forEach: { source: banks, column: 'id' },
      }),
      banks,
    ],
  ],
  [
    'a text for each page, which says what comes next',
    [
      files('a', {
        files: 'a/*.json',
        columns: { text: string() },
        url: 'https://a',
        paging: { style: 'cursor', member: 'next', param: 'after' },
      }),
    ],
  ],
  [
    'names that only an index knows',
    [csv('a', { ...all, url, forEach: { index: 'https://i', lists: [] } })],
  ],
  [
    'pages that are lists, of values and by links',
    [
      rest('a', {
        ...{ ...all, url, paging: { style: 'link' } },
        forEach: { values: { id: [1, 2] } },
      }),
    ],
  ],
])('sound: %s', (_, sources) => {
  expect(httpFaults(sources)).toEqual([]);
});

const each = (name: string, source: Source) =>
  rest(name, { ...all, url, records: 'r', forEach: { source, column: 'id' } });
const one = each('one', banks);
const two = each('two', one);

const odata = { url: 'https://a', paging: { style: 'odata', top: 9 } };

test.each<[string, readonly Source[], string]>([
  ...(['csv', 'json', 'files'] as const).map(
    (kind): [string, readonly Source[], string] => [
      `rows of another source for ${kind}`,
      [{ ...one, kind }, banks],
      'source one: forEach: the values of banks are added to pages of JSON: ' +
        `use rest in place of ${kind}`,
    ],
  ),
  [
    'a style that reads pages of CSV',
    [{ ...csv('a', all), from: odata }],
    'source a: paging: "odata" reads from pages of JSON what comes next: ' +
      'use rest in place of csv',
  ],
  [
    'a name that stands for nothing',
    [
      csv('a', {
        ...all,
        url: 'https://a/{year}/{quarter}',
        forEach: { values: { year: [2020] } },
      }),
    ],
    'source a: {quarter} in its address stands for nothing: known are yyyy, ' +
      'MM, dd, year',
  ],
  [
    'many files for one name',
    [csv('a', { ...all, files: 'a.csv', url: ['https://a', 'https://b'] })],
    'source a: it lands several files, so that its `files` needs a * for ' +
      'their names: a.csv',
  ],
  [
    'a period in the address of a source without one',
    [csv('a', { ...all, url: 'https://a/{yyyy}.csv' })],
    'source a: its address names a period but its scope is "full"',
  ],
  [
    'no try at all',
    [csv('a', { ...all, url: 'https://a', limits: { tries: 0 } })],
    'source a: limits.tries is 0: it must be above 0',
  ],
  [
    'a source of no or another pipeline',
    [one],
    'source one: forEach is on banks, which is no source of this pipeline',
  ],
  [
    'a share above all',
    [
      rest('a', {
        ...{ ...all, url, records: 'r' },
        forEach: { source: banks, column: 'id', maxFailed: 2 },
      }),
      banks,
    ],
    'source a: forEach: maxFailed is a share between 0 and 1',
  ],
  [
    'sources that wait for each other',
    [{ ...one, from: { url, forEach: { source: 'two', column: 'id' } } }, two],
    'its sources wait for the rows of each other: see forEach',
  ],
])('%s', (_, sources, fault) => {
  expect(httpFaults(sources)).toEqual([fault]);
});

const LIST = 'and a page without `records` is a list: it has no members';

test.each<[string, Source, string]>([
  [
    'a cursor',
    rest('a', {
      ...{ ...all, url: 'https://a' },
      paging: { style: 'cursor', member: 'next', param: 'after' },
    }),
    'paging of style "cursor" reads a member',
  ],
  [
    'OData',
    rest('a', {
      ...{ ...all, url: 'https://a' },
      paging: { style: 'odata', top: 10 },
    }),
    'paging of style "odata" reads a member',
  ],
  [
    'rows of another source',
    rest('a', { ...all, url, forEach: { source: banks, column: 'id' } }),
    'forEach on rows of banks adds a member to each page',
  ],
  [
    'a column of the page',
    rest('a', {
      ...{ files: 'a/*.json', url: 's3://a' },
      columns: { id: string({ from: '/id' }) },
    }),
    'column id is read from "/id"',
  ],
])('a page that is a list, and %s', (_, source, fault) => {
  expect(httpFaults([source, banks])).toEqual([`source a: ${fault}, ${LIST}`]);
});

test('a column that the other source lacks', () => {
  const { id } = columns;
  const other = csv('banks', { files: 'banks.csv', columns: { key: id } });
  expect(httpFaults([one, other])).toEqual([
    'source one: forEach: banks has no column "id"',
  ]);
});

test('waves: each source after the one whose rows it needs', () => {
  const names = wavesOf([two, one, banks]).map((wave) =>
    wave.map(({ name }) => name),
  );
  expect(names).toEqual([['banks'], ['one'], ['two']]);
});

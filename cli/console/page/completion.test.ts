import { proposals, wordBefore } from './completion.ts';

const column = (name: string, type = 'VARCHAR') => ({ name, type });
const TABLES = [
  { name: 'banks.dim_bank', columns: [column('bank_id'), column('bank_name')] },
  {
    name: 'loans.loans',
    columns: [column('loan_category'), column('balance', 'BIGINT')],
  },
];

test.each([
  ['SELECT ba', 'ba'],
  ['SELECT banks.dim', 'banks.dim'],
  ['SELECT count(*', ''],
  ['', ''],
  ["WHERE name = 'x y", 'y'],
])('the word before the cursor: %s', (text, word) => {
  expect(wordBefore(text)).toBe(word);
});

test.each<[string, string, string, readonly string[]]>([
  [
    'a table by its last part',
    'dim_b',
    'SELECT * FROM dim_b',
    ['banks.dim_bank'],
  ],
  ['a table by its whole name', 'loans.', 'FROM loans.', ['loans.loans']],
  [
    'columns of the tables that are named alone',
    'ba',
    'SELECT ba FROM loans.loans',
    ['banks.dim_bank', 'balance'],
  ],
  [
    'all columns where none is named',
    'BA',
    'SELECT BA',
    ['banks.dim_bank', 'bank_id', 'bank_name', 'balance'],
  ],
  ['words of SQL', 'gro', 'SELECT 1 gro', ['GROUP BY']],
  ['never what stands there already', 'loans.loans', 'loans.loans', []],
])('%s', (_, word, query, wanted) => {
  expect(proposals(word, query, TABLES).map(({ text }) => text)).toEqual(
    wanted,
  );
});

test('tells the type and table of a column, and is a short list', () => {
  expect(proposals('bal', 'FROM loans.loans', TABLES)).toEqual([
    { text: 'balance', about: 'BIGINT, loans.loans' },
  ]);
  const many = Array.from({ length: 50 }, (_, i) => column(`c${i}`));
  const wide = [{ name: 'p.t', columns: many }];
  expect(proposals('c', 'p.t', wide)).toHaveLength(12);
});

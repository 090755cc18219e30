import { engineFaults, tableFaults } from './columns.ts';

const column = (type: string, name = 'a') => [{ name, type }];

test.each([
  ['integer', 'BIGINT'],
  ['bigint', 'HUGEINT'],
  ['varchar(4)', 'VARCHAR'],
  ['decimal(38,2)', 'DECIMAL(18,2)'],
  ['timestamp(3)', 'TIMESTAMP'],
])('%s is as good as %s', (trino, engine) => {
  expect(engineFaults(column(trino), column(engine))).toEqual([]);
});

test.each([
  ['decimal(14,4)', 'DECIMAL(14,2)'],
  ['double', 'DECIMAL(14,2)'],
  ['bigint', 'DOUBLE'],
  ['timestamp(3)', 'DATE'],
  ['timestamp(3) with time zone', 'TIMESTAMP'],
  ['char(4)', 'VARCHAR'],
])('%s is not %s', (trino, engine) => {
  expect(engineFaults(column(trino), column(engine))).toEqual([
    `column a: Trino gives ${trino}, expected ${engine}`,
  ]);
});

test('a whole number may widen on its way into a table', () => {
  for (const wider of ['bigint', 'decimal(14,2)', 'double'])
    expect(tableFaults(column('integer'), column(wider))).toEqual([]);
});

test.each([
  ['double', 'decimal(14,2)'],
  ['decimal(14,2)', 'double'],
  ['varchar', 'date'],
  ['timestamp(3)', 'date'],
])('%s does not become %s in a table', (trino, declared) => {
  expect(tableFaults(column(trino), column(declared))).toHaveLength(1);
});

test('names and their order count', () => {
  const [a, b] = [column('date', 'a'), column('date', 'b')];
  expect(engineFaults([...b, ...a], [...a, ...b])).toEqual([
    'Trino gives b, a; expected a, b',
  ]);
});

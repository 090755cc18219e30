import {
  bar,
  csv,
  date,
  definePipeline,
  int,
  rowCount,
  savedQuery,
  string,
  table,
} from '../../../../core/index.ts';

const received = csv('received', {
  files: 'sales.csv',
  scope: 'period',
  columns: { item: string(), pieces: int() },
});
const totals = table('totals', {
  columns: { item: string(), pieces: int() },
  key: ['item'],
});
const sales = table('sales', {
  mode: 'partition',
  partitionBy: { day: 'date' },
  columns: { item: string(), pieces: int(), day: date() },
});

export default definePipeline({
  name: 'shop',
  title: 'Sales: a table with a key, and one of parts without',
  period: 'day',
  schedule: 'rate(1 day)',
  sources: [received],
  tables: [totals, sales],
  checks: [rowCount(totals, { min: 1 })],
  queries: [savedQuery('best', 'What sells best')],
  dashboard: [bar('Pieces', totals, { x: 'item', y: 'pieces' })],
});

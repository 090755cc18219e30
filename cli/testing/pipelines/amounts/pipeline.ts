import {
  bigint,
  csv,
  decimal,
  definePipeline,
  rowCount,
  string,
  table,
} from '../../../../core/index.ts';

const columns = { id: bigint(), amount: decimal(20, 4), note: string() };
const received = csv('received', { files: 'amounts.csv', columns });
const amounts = table('amounts', { columns, key: ['id'], sortBy: ['id'] });

/** What is hard to print: long numbers, quotes, line ends, nothing at all. */
export default definePipeline({
  name: 'amounts',
  title: 'Amounts',
  period: 'day',
  schedule: 'rate(1 day)',
  startDate: '2024-01-01',
  sources: [received],
  tables: [amounts],
  checks: [rowCount(amounts, { min: 1 })],
});

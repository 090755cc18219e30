import {
  bigint,
  csv,
  date,
  decimal,
  definePipeline,
  string,
  table,
} from '../../../../core/index.ts';

const large = csv('large', {
  url: 'https://bench.example/large.csv',
  files: 'large.csv',
  columns: {
    id: bigint(),
    name: string(),
    street: string(),
    city: string(),
    amount: decimal(9, 2),
    noted_on: date(),
  },
});

export default definePipeline({
  name: 'large',
  title: 'A file of 1 GB',
  period: 'day',
  schedule: 'rate(1 day)',
  sources: [large],
  tables: [table('counted', { columns: { n: bigint() } })],
});

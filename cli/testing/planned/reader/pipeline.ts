import {
  cardQuery,
  csv,
  definePipeline,
  int,
  savedQuery,
  scalar,
  string,
  table,
} from '../../../../core/index.ts';

const columns = { item: string() };
const wanted = csv('wanted', { files: 'wanted.csv', columns });
const items = table('items', { columns });
const sold = cardQuery('sold', { pieces: int() });

export default definePipeline({
  name: 'reader',
  title: 'Its card and its query read the tables of others',
  period: 'snapshot',
  schedule: 'rate(1 day)',
  sources: [wanted],
  tables: [items],
  queries: [savedQuery('runs', 'How often the shop ran')],
  dashboard: [scalar('Sold', sold, { y: 'pieces' })],
});

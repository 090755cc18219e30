import {
  bar,
  bigint,
  cardQuery,
  csv,
  definePipeline,
  on,
  pie,
  range,
  scalar,
  string,
  table,
  tableCard,
  textFilter,
} from '../../../../../core/index.ts';

const marks = csv('marks', {
  files: 'marks.csv',
  columns: { category: string(), note: string(), amount: bigint() },
});

const byCategory = table('by_category', {
  columns: { category: string(), note: string(), amount: bigint() },
  key: ['category'],
});

const totals = cardQuery('totals', { amount: bigint() });

/** Data that would take the page over, if any of it became markup. */
export default definePipeline({
  name: 'hostile',
  title: 'Marks <b>in</b> "names" & \'quotes\'',
  description: '<img src=x onerror="window.hacked = 1">',
  period: 'snapshot',
  schedule: 'cron(0 6 * * ? *)',
  sources: [marks],
  tables: [byCategory],
  checks: [range(byCategory, 'amount', { max: 5 }, { severity: 'warn' })],
  filters: [textFilter('category', 'Category', [on(byCategory, 'category')])],
  dashboard: [
    scalar('Total <i>amount</i>', totals, { y: 'amount' }),
    bar('By category', byCategory, { x: 'category', y: 'amount' }),
    pie('Shares', byCategory, { x: 'category', y: 'amount' }),
    tableCard('Rows', byCategory),
  ],
});

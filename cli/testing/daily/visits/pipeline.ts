import {
  bigint,
  csv,
  date,
  definePipeline,
  hours,
  string,
  table,
} from '../../../../core/index.ts';

const received = csv('received', {
  files: 'visits-{yyyy}-{MM}-{dd}.csv',
  scope: 'period',
  columns: { page: string(), hits: bigint() },
});
const visits = table('visits', {
  mode: 'partition',
  partitionBy: { day: 'date' },
  key: ['page', 'day'],
  maxDrop: 0.5,
  columns: { page: string(), hits: bigint(), day: date() },
});

/** Five days, of which each depends on the one before. */
export default definePipeline({
  name: 'visits',
  title: 'Visits',
  period: 'day',
  schedule: 'cron(0 6 * * ? *)',
  sla: hours(1),
  startDate: '2024-01-01',
  dependsOnPast: true,
  sources: [received],
  tables: [visits],
});

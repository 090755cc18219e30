import type { Plan, PlanTable } from '../../core/plan.ts';
import type { TableMode } from '../../core/table.ts';

const COLUMNS = {
  id: { name: 'id', type: 'int' },
  day: { name: 'day', type: 'date' },
} as const;

/** A table of an integer, and of the day where it is partitioned. */
export const planTable = (name: string, mode: TableMode): PlanTable => ({
  name,
  mode,
  columns: mode === 'partition' ? [COLUMNS.id, COLUMNS.day] : [COLUMNS.id],
  key: mode === 'merge' ? ['id'] : [],
  partitionBy: mode === 'partition' ? { day: 'date' } : {},
  sortBy: [],
  sql: { file: `sql/${name}.sql`, text: 'SELECT id FROM source' },
});

/** A plan with one table of each mode, for tests that run no engine. */
export const shopPlan = (changes: Partial<Plan> = {}): Plan => ({
  version: 1,
  pipeline: 'shop',
  title: 'A shop',
  period: 'day',
  schedule: 'rate(1 day)',
  timezone: 'UTC',
  dependsOnPast: false,
  sources: [
    {
      name: 'source',
      kind: 'csv',
      scope: 'period',
      files: '*.csv',
      form: {
        format: 'csv',
        encoding: 'utf-8',
        separator: ',',
        quote: '"',
        unused: [],
      },
      columns: [COLUMNS.id],
      maxRejected: 0.5,
    },
  ],
  tables: [
    planTable('prices', 'replace'),
    planTable('customers', 'merge'),
    planTable('orders', 'partition'),
  ],
  checks: [],
  queries: [],
  dashboard: [],
  ...changes,
});

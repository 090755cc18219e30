import { compile } from '../../core/compile.ts';
import {
  bigint,
  definePipeline,
  mysql,
  table,
  timestamp,
} from '../../core/index.ts';
import type { Plan } from '../../core/plan.ts';

const columns = { id: bigint(), at: timestamp() };

/** A pipeline of one table of a database, which lands or the job reads itself. */
export const ordersPlan = (secret: string, read?: 'job'): Plan =>
  compile(
    definePipeline({
      name: 'orders',
      title: 'Orders',
      period: 'day',
      schedule: 'rate(1 day)',
      sources: [
        mysql('placed', {
          ...{ secret, table: 'orders', key: 'id', watermark: 'at', columns },
          ...(read && { read }),
          recording: { files: 'orders.csv' },
        }),
      ],
      tables: [
        table('orders', { columns, mode: 'merge', key: ['id'], newest: 'at' }),
      ],
    }),
    { 'sql/orders.sql': 'SELECT id, at FROM placed' },
  );

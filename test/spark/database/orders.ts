import {
  bigint,
  boolean,
  date,
  decimal,
  definePipeline,
  double,
  int,
  mysql,
  string,
  table,
  timestamp,
} from '../../../core/index.ts';

const columns = {
  id: bigint({ from: 'Order No' }),
  large: decimal(20, 0),
  price: decimal(10, 2),
  ratio: double(),
  year: int(),
  flag: boolean(),
  bits: int(),
  day: date(),
  at: timestamp(),
  updated_on: timestamp(),
  note: string(),
};

/** A pipeline of one table, by how its live rows are read. */
export const orders = (how: { read?: 'job'; connections?: number }) =>
  definePipeline({
    name: 'orders',
    title: 'Orders',
    period: 'day',
    schedule: 'rate(1 day)',
    sources: [
      mysql('placed', {
        secret: 'shop/mysql',
        table: 'crime.orders',
        key: 'id',
        watermark: 'updated_on',
        lookback: 600,
        ...how,
        columns,
        keep: "note IS NULL OR note <> 'cancelled'",
        oneRowPer: { key: ['id'], newest: 'updated_on' },
        recording: { files: 'orders.csv' },
      }),
    ],
    tables: [
      table('orders', {
        columns,
        mode: 'merge',
        key: ['id'],
        newest: 'updated_on',
      }),
    ],
  });

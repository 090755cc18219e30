import {
  bigint,
  boolean,
  csv,
  date,
  decimal,
  double,
  int,
  string,
  table,
  timestamp,
} from '../index.ts';

/** Relations with a column of every type, for the type tests. */

export const columns = {
  id: bigint(),
  name: string(),
  seen_on: date(),
  seen_at: timestamp(),
  amount: decimal(14, 2),
  share: double(),
  is_new: boolean(),
  year: int(),
  month: int(),
};
export const source = csv('source', { files: '*.csv', columns });
export const one = table('one', { columns });
export const other = table('other', {
  columns: { id: bigint(), code: string() },
});

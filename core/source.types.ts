// Type tests: nothing here runs. See test/types.test.ts.
import { csv, files, json, mysql, parquet, rest, values } from './index.ts';
import { columns } from './testing/relations.ts';

/* A source's own references. */

csv('s', { files: '*', columns, scope: 'period', period: 'seen_at' });
// @ts-expect-error "nope" names no period
csv('s', { files: '*', columns, period: 'nope' });
// @ts-expect-error "year" is no day
csv('s', { files: '*', columns, period: 'year' });
const all = { files: '*', columns };
json('s', { ...all, oneRowPer: { key: ['id'], newest: 'year' } });
// @ts-expect-error "nope" in a key
json('s', { ...all, oneRowPer: { key: ['nope'] } });
// @ts-expect-error "nope" as newest
parquet('s', { ...all, oneRowPer: { key: ['id'], newest: 'nope' } });
// @ts-expect-error "weekly" is no scope
files('s', { files: '*', columns, scope: 'weekly' });
// @ts-expect-error 'block' is missing
values('s', { files: '*', columns });
// @ts-expect-error 'records' is missing
rest('s', { files: '*', columns, url: 'https://api.example' });

const db = { secret: 's', table: 't', recording: { files: '*' } };
mysql('s', { ...db, columns, key: 'id', watermark: 'seen_at' });
mysql('s', { ...db, columns, key: 'id', watermark: 'id' });
// @ts-expect-error "nope" as a key
mysql('s', { ...db, columns, key: 'nope', watermark: 'seen_at' });
// @ts-expect-error "nope" as a watermark
mysql('s', { ...db, columns, key: 'id', watermark: 'nope' });
// @ts-expect-error "name" does not rise
mysql('s', { ...db, columns, key: 'id', watermark: 'name' });
const from = { from: 'Id' };
const recorded = (of: { id: typeof from }) => ({ files: '*', columns: of });
mysql('s', {
  ...db,
  columns,
  key: 'id',
  watermark: 'id',
  recording: recorded({ id: from }),
});
mysql('s', {
  ...db,
  columns,
  key: 'id',
  watermark: 'id',
  // @ts-expect-error 'nope' is recorded, but no column
  recording: { files: '*', columns: { nope: from } },
});

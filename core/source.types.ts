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
// @ts-expect-error 'url' is missing
rest('s', { files: '*', columns });
rest('s', { files: '*', columns, url: 'https://api.example' });

/* Where from, over HTTP. */

const banks = csv('banks', { files: '*', columns });
const api = { ...all, url: 'https://api.example', records: 'value' };
rest('s', { ...api, forEach: { source: banks, column: 'id' } });
// @ts-expect-error "nope" is no column of banks
rest('s', { ...api, forEach: { source: banks, column: 'nope' } });
const forEach = { source: banks, column: 'id' } as const;
// @ts-expect-error 'source' is for pages of JSON alone
csv('s', { ...all, url: 'https://a', forEach });
// @ts-expect-error 'source' is for JSON in pages alone
json('s', { ...all, url: 'https://a', forEach });
rest('s', { ...api, paging: { style: 'odata', top: 100 } });
// @ts-expect-error "odata" reads pages of JSON
csv('s', { ...all, url: 'https://a', paging: { style: 'odata', top: 9 } });
// @ts-expect-error "odd" is no style
rest('s', { ...api, paging: { style: 'odd' } });
// @ts-expect-error 'order' is missing: pages would overlap
csv('s', { ...all, url: 'https://a', paging: { style: 'socrata', limit: 9 } });
csv('s', { ...all, url: ['https://a', 'https://b'], limits: { pages: 9 } });
// @ts-expect-error 'sheets' is no limit
csv('s', { ...all, url: 'https://a', limits: { sheets: 9 } });
csv('s', { ...all, url: 'https://a', headers: { Key: { secret: 'a/key' } } });
csv('s', { ...all, url: 'https://a', params: { key: { secret: 'a/key' } } });
// @ts-expect-error 'word' is no part of a secret's text
csv('s', { ...all, url: 'a', headers: { Key: { secret: 'a', word: 'b' } } });
csv('s', {
  ...all,
  url: 'https://a',
  live: { columns: { id: { from: 'I' } } },
});
// @ts-expect-error 'nope' is live, but no column
csv('s', { ...all, url: 'a', live: { columns: { nope: { from: 'I' } } } });

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

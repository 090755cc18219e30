// Type tests: nothing here runs. See test/types.test.ts.
import {
  bar,
  bigint,
  cardQuery,
  pie,
  pointMap,
  scalar,
  scatter,
  stateMap,
  string,
  tableCard,
} from './index.ts';
import { one, source } from './testing/relations.ts';

/* A card's axes are columns, and what it measures is a number. */

bar('B', one, { x: 'name', y: 'amount', series: 'is_new' });
// @ts-expect-error "nope" as x
bar('B', one, { x: 'nope', y: 'amount' });
// @ts-expect-error "nope" as y
bar('B', one, { x: 'name', y: 'nope' });
// @ts-expect-error "name" is no number
bar('B', one, { x: 'seen_on', y: 'name' });
// @ts-expect-error "seen_on" is no number
pie('P', one, { x: 'name', y: 'seen_on' });
// @ts-expect-error "nope" as series
bar('B', one, { x: 'name', y: 'amount', series: 'nope' });
// @ts-expect-error 'y' is missing
bar('B', one, { x: 'name' });
// @ts-expect-error "is_new" is no number
scalar('S', one, { y: 'is_new' });
scatter('S', one, { x: 'share', y: 'amount', label: 'name' });
// @ts-expect-error "name" is no number
scatter('S', one, { x: 'name', y: 'amount' });
// @ts-expect-error "nope" as label
scatter('S', one, { x: 'share', y: 'amount', label: 'nope' });
stateMap('M', one, { x: 'name', y: 'amount' });
// @ts-expect-error "year" is no code
stateMap('M', one, { x: 'year', y: 'amount' });
// @ts-expect-error "amount" is no latitude
pointMap('M', one, { longitude: 'share', latitude: 'amount' });

/* A card over a query has the columns that the query is said to have. */

const query = cardQuery('query', { code: string(), n: bigint() });
bar('B', query, { x: 'code', y: 'n' });
tableCard('T', query);
// @ts-expect-error "id" of the table beneath it
bar('B', query, { x: 'id', y: 'n' });
// @ts-expect-error "code" is no number
scalar('S', query, { y: 'code' });
// @ts-expect-error 'mode' is missing: a source is not published
tableCard('T', source);
// @ts-expect-error 'mode' is missing: a source is not published
bar('B', source, { x: 'name', y: 'amount' });

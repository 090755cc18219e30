import { asked, type Respond } from './startServer.ts';

const DEFAULT_LIMIT = 1000;
const MOST = 50_000;

/**
 * A data set of Socrata as CSV: https://dev.socrata.com/docs/paging. Pages of
 * `$limit` (1,000 by default) from `$offset`; the order is the data set's own
 * where `$order` is given, and another one at every request where it is not.
 * @param givenMost rows of a page, however many are asked for.
 */
export const socrata = (
  header: string,
  rows: readonly string[],
  givenMost = MOST,
): Respond => {
  let turn = 0;
  return (request, response) => {
    const { searchParams } = asked(request);
    const limit = Number(searchParams.get('$limit') ?? DEFAULT_LIMIT);
    const offset = Number(searchParams.get('$offset') ?? 0);
    if (!Number.isInteger(limit) || limit > MOST || !Number.isInteger(offset)) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"code":"query.soql.invalid","error":true}');
      return;
    }
    const by = searchParams.has('$order') ? 0 : turn++;
    const ordered = [...rows.slice(by), ...rows.slice(0, by)];
    const page = ordered.slice(offset, offset + Math.min(limit, givenMost));
    response.writeHead(200, { 'content-type': 'text/csv; charset=UTF-8' });
    response.end([header, ...page, ''].join('\n'));
  };
};

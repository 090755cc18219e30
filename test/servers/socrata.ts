import { asked, type Respond } from './startServer.ts';

const DEFAULT_LIMIT = 1000;
const MOST = 50_000;

/** A list of objects, with line ends as Socrata has them. */
const asJson = (header: string, rows: readonly string[]): string => {
  const names = header.split(',');
  const objects = rows.map((row) => {
    const values = row.split(',');
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  });
  return `[${objects.map((object) => JSON.stringify(object)).join('\n,')}]\n`;
};

/**
 * A data set of Socrata as CSV, or as JSON where the address ends in `.json`:
 * https://dev.socrata.com/docs/paging. Pages of `$limit` (1,000 by default) from
 * `$offset`; the order is the data set's own where `$order` is given, and another
 * one at every request where it is not.
 * @param givenMost rows of a page, however many are asked for.
 */
export const socrata = (
  header: string,
  rows: readonly string[],
  givenMost = MOST,
): Respond => {
  let turn = 0;
  return (request, response) => {
    const { pathname, searchParams } = asked(request);
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
    const isJson = pathname.endsWith('.json');
    const type = isJson ? 'application/json' : 'text/csv';
    response.writeHead(200, { 'content-type': `${type}; charset=UTF-8` });
    response.end(
      isJson ? asJson(header, page) : [header, ...page, ''].join('\n'),
    );
  };
};

import type { IncomingHttpHeaders } from 'node:http';
import { SourceError } from '../../../core/errors.ts';
import type { Paging } from '../../../core/http.ts';
import { withParams } from './template.ts';

/** A page that has come. */
export interface Page {
  readonly url: string;
  /** From 1. */
  readonly number: number;
  readonly records: number;
  /** Of this page and all before it. */
  readonly total: number;
  readonly headers: IncomingHttpHeaders;
  /** Its JSON, for the styles that read it. */
  readonly document?: unknown;
}

/** The parameters of a page's request; `undefined` for a style without. */
const paramsOf = (
  paging: Paging,
  number: number,
  total: number,
): Record<string, string | number> => {
  if (paging.style === 'socrata')
    return { $limit: paging.limit, $offset: total, $order: paging.order };
  if (paging.style === 'odata')
    return { $top: paging.top, ...(total > 0 && { $skip: total }) };
  if (paging.style !== 'page') return {};
  const { param, first = 1, size } = paging;
  return {
    ...(size && { [size.param]: size.of }),
    [param]: first + number - 1,
  };
};

export const firstPage = (url: string, paging: Paging | undefined): string =>
  paging ? withParams(url, paramsOf(paging, 1, 0)) : url;

const memberAt = (document: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return (value as Record<string, unknown>)[name];
  }, document);

/** The address with `rel="next"`, as in RFC 8288. */
const nextOfLink = (header: unknown): string | undefined => {
  for (const [, url, params = ''] of String(header ?? '').matchAll(
    /<([^>]*)>((?:\s*;\s*[^"=,;]+(?:="[^"]*"|=[^",;]*)?)*)/g,
  ))
    if (/;\s*rel\s*=\s*("([^"]*\s)?next(\s[^"]*)?"|next\b)/i.test(params))
      return url;
  return undefined;
};

/** Styles whose pages are asked for by counting what has come. */
type Counted = Extract<Paging, { style: 'socrata' | 'odata' | 'page' }>;

/** How many records a page is asked for. */
const sizeOf = (paging: Counted): number => {
  if (paging.style === 'socrata') return paging.limit;
  return paging.style === 'odata' ? paging.top : (paging.size?.of ?? 1);
};

/**
 * A short page is no sign: a server may give less at once than it is asked for,
 * and would lose all that comes after.
 */
const nextCounted = (
  start: string,
  paging: Counted,
  { number, records, total }: Page,
): string | undefined => {
  const least = paging.shortPage === 'last' ? sizeOf(paging) : 1;
  return records < least
    ? undefined
    : withParams(start, paramsOf(paging, number + 1, total));
};

const nextOdata = (
  start: string,
  paging: Extract<Paging, { style: 'odata' }>,
  page: Page,
): string | undefined => {
  const { url, document, number, records, total } = page;
  const link = (document as Record<string, unknown>)?.['@odata.nextLink'];
  if (typeof link === 'string') return new URL(link, url).href;
  // Links that have led from page to page lead on until there is no more.
  const counted = withParams(start, paramsOf(paging, number, total - records));
  return url === counted ? nextCounted(start, paging, page) : undefined;
};

/**
 * The address of the page after one; `undefined` after the last.
 * @param start the address without what the paging adds.
 * @throws SourceError where it leads to another host.
 */
export const nextPage = (
  start: string,
  paging: Paging | undefined,
  page: Page,
): string | undefined => {
  if (!paging) return undefined;
  if (paging.style === 'cursor') {
    const cursor = memberAt(page.document, paging.member);
    return cursor === undefined || cursor === null || cursor === ''
      ? undefined
      : withParams(start, { [paging.param]: `${cursor}` });
  }
  if (paging.style === 'odata') return nextOdata(start, paging, page);
  if (paging.style !== 'link') return nextCounted(start, paging, page);
  const link = nextOfLink(page.headers.link);
  return link && new URL(link, page.url).href;
};

/**
 * Tells a page that came before: else a loop would go on to its cap. Its errors name
 * the file that the page was to be, and so the item of `forEach`.
 */
export const pageWatch = () => {
  const addresses = new Map<string, number>();
  const digests = new Map<string, number>();
  const known = (
    seen: Map<string, number>,
    key: string,
    number: number,
    file: string,
    what: string,
  ) => {
    const before = seen.get(key);
    if (before !== undefined)
      throw new SourceError(`${what} ${before}: the paging goes in a circle`, {
        file,
      });
    seen.set(key, number);
  };
  return {
    /** @throws SourceError for an address that was fetched already. */
    address: (url: string, number: number, file: string) =>
      known(
        addresses,
        url,
        number,
        file,
        `the address of page ${number} is that of page`,
      ),
    /** @throws SourceError for bytes that came already. */
    bytes: (digest: string, number: number, file: string) =>
      known(digests, digest, number, file, `page ${number} repeats page`),
  };
};

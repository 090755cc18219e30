import type { ColumnOf } from './relation.ts';
import type { Source } from './source.ts';

/** A text that is kept as a secret; the plan has only its name. */
export interface SecretText {
  readonly secret: string;
  /** The member of the secret that holds it; default `value`. */
  readonly member?: string;
  /** What stands before it, such as `Bearer `. */
  readonly prefix?: string;
}

/**
 * Whether a page with fewer records than asked for is the last, which saves a
 * request. Else the one after it is asked for: a server may give fewer at once.
 */
interface ShortPage {
  readonly shortPage?: 'last';
}

/** How an API gives its records page by page. */
export type Paging =
  /** `$limit`, `$offset` and `$order`; without an order, pages overlap. */
  | ({
      readonly style: 'socrata';
      readonly limit: number;
      readonly order: string;
    } & ShortPage)
  /** `@odata.nextLink` where the page has one, else `$top` and `$skip`. */
  | ({ readonly style: 'odata'; readonly top: number } & ShortPage)
  /** The header `Link` with `rel="next"`. */
  | { readonly style: 'link' }
  /** The member of the page that holds the next value of a parameter. */
  | {
      readonly style: 'cursor';
      readonly member: string;
      readonly param: string;
    }
  /** A number that counts up until a page is empty. */
  | ({
      readonly style: 'page';
      readonly param: string;
      /** Default 1. */
      readonly first?: number;
      readonly size?: { readonly param: string; readonly of: number };
    } & ShortPage);

/** Styles whose pages say themselves what comes next. */
export type ReadPaging = Extract<Paging, { style: 'odata' | 'cursor' }>;

export const readsPages = (paging: Paging): paging is ReadPaging =>
  paging.style === 'odata' || paging.style === 'cursor';

/** Whole numbers, both ends among them; `{yyyy}` is the year of the period. */
export interface NumberRange {
  readonly from: number | '{yyyy}';
  readonly to: number | '{yyyy}';
}

/** One request for each item; `{name}` in the address is a part of the item. */
export type ForEach<S extends Source = Source> =
  /** The distinct values of another source's column; for `rest` alone. */
  | {
      readonly source: S;
      readonly column: ColumnOf<S>;
      /** The share of values that may fail and are only reported; 0.5. */
      readonly maxFailed?: number;
    }
  /** All combinations. */
  | {
      readonly values: Readonly<
        Record<string, readonly (string | number)[] | NumberRange>
      >;
    }
  /** What a JSON document lists: lists in lists, from the outside in. */
  | {
      readonly index: string;
      readonly lists: readonly {
        readonly list: string;
        /** The name of an item that is a text or a number. */
        readonly as?: string;
      }[];
      /** Only items with these parts: one, one of a list, or in a range. */
      readonly where?: Readonly<
        Record<
          string,
          string | number | readonly (string | number)[] | NumberRange
        >
      >;
    };

/** Bounds of one source; what goes beyond them is an error. */
export interface HttpLimits {
  /** Of all that is landed, unpacked. Default 20 GB. */
  readonly bytes?: number;
  /** Of one address. Default 10,000. */
  readonly pages?: number;
  /** From the first request to the last byte, waits included. Default 3,600. */
  readonly seconds?: number;
  /** Of one request. Default 5. */
  readonly tries?: number;
  /** Requests at once to one host. Default 4. */
  readonly parallel?: number;
  /** Requests a second to one host. Default: no bound. */
  readonly perSecond?: number;
}

/** Where a source is fetched from, over HTTP. */
export interface HttpOptions<S extends Source = Source> {
  /**
   * One address or several. `{yyyy}`, `{MM}` and `{dd}` stand for the period,
   * other names for the parts of `forEach`.
   */
  readonly url: string | readonly string[];
  /** A secret one is sent, and part of no address that is written down. */
  readonly params?: Readonly<Record<string, string | SecretText>>;
  readonly headers?: Readonly<Record<string, string | SecretText>>;
  readonly paging?: Paging;
  readonly forEach?: ForEach<S>;
  readonly limits?: HttpLimits;
}

type Planned<F extends ForEach = ForEach> = F extends { source: Source }
  ? Omit<F, 'source' | 'column'> & {
      readonly source: string;
      readonly column: string;
    }
  : F;

/** The same in a plan: another source by its name. */
export interface HttpFrom extends Omit<HttpOptions, 'forEach'> {
  readonly forEach?: Planned;
}

const planned = (forEach: ForEach): Planned =>
  'source' in forEach
    ? { ...forEach, source: forEach.source.name }
    : { ...forEach };

/** The part of a source's options that says where it is fetched from. */
export const httpFrom = (
  options: Partial<HttpOptions>,
): Readonly<Record<string, unknown>> | undefined => {
  const { url, params, headers, paging, forEach, limits } = options;
  if (url === undefined) return undefined;
  return {
    url,
    ...(params && { params }),
    ...(headers && { headers }),
    ...(paging && { paging }),
    ...(forEach && { forEach: planned(forEach) }),
    ...(limits && { limits }),
  };
};

/** Whether the live input of a source is behind an HTTP address. */
export const isHttp = (from: Source['from']): boolean =>
  [from?.url].flat().some((url) => /^https?:/i.test(String(url)));

/** The source whose rows this one needs before it can be fetched. */
export const sourceBefore = (from: Source['from']): string | undefined => {
  const { source } = (from?.forEach ?? {}) as { source?: string };
  return source;
};

/**
 * Sources in waves: each needs rows of earlier waves alone.
 * @throws RangeError where sources wait for each other, or for none there.
 */
export const wavesOf = <S extends Pick<Source, 'name' | 'from'>>(
  sources: readonly S[],
): S[][] => {
  const waves: S[][] = [];
  let rest = [...sources];
  const done = new Set<string>();
  while (rest.length > 0) {
    const ready = rest.filter(({ from }) => {
      const before = sourceBefore(from);
      return before === undefined || done.has(before);
    });
    if (ready.length === 0)
      throw new RangeError(
        `no order for ${rest.map(({ name }) => name).join(', ')}`,
      );
    waves.push(ready);
    for (const { name } of ready) done.add(name);
    rest = rest.filter(({ name }) => !done.has(name));
  }
  return waves;
};

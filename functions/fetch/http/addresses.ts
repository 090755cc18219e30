import { readFile } from 'node:fs/promises';
import { SourceError } from '../../../core/errors.ts';
import type { HttpFrom } from '../../../core/http.ts';
import type { PlanSource } from '../../../core/plan.ts';
import { withoutMark } from '../../../engine/records/withoutMark.ts';
import type { LandContext } from '../lander.ts';
import { itemsOf } from './items.ts';
import { shownUrl } from './origins.ts';
import type { Session } from './session.ts';
import { fill, type Item, periodItem, withParams } from './template.ts';

/** One address of a source, before any paging. */
export interface Address {
  readonly url: string;
  /** What tells its files from those of the other addresses. */
  readonly parts: readonly string[];
  /** Members to add to each page: what was asked for, and is not in it. */
  readonly members?: Item;
}

/** An index is JSON, whatever the source's own form. */
const asIndex = (source: PlanSource): PlanSource => ({
  ...source,
  form: { format: 'text' },
});

const readIndex = async (session: Session, url: string): Promise<unknown> => {
  const { body } = await session.get(url, 'index', asIndex(session.source));
  try {
    return JSON.parse(withoutMark(await readFile(body.file, 'utf8')));
  } catch (cause) {
    throw new SourceError(
      'the index is not JSON',
      { file: shownUrl(url) },
      { cause },
    );
  } finally {
    await body.discard();
  }
};

/** The parts of an item that tell it from others, for the name of its file. */
const partsOf = (item: Item, forEach: HttpFrom['forEach']): string[] => {
  const fixed = forEach && 'index' in forEach ? (forEach.where ?? {}) : {};
  return Object.entries(item)
    .filter(([name]) => typeof (fixed[name] ?? {}) === 'object')
    .map(([, value]) => value);
};

/**
 * The addresses of a source.
 * @throws SourceError where two of them are the same.
 */
export const addressesOf = async (
  context: LandContext,
  session: Session,
): Promise<Address[]> => {
  const { from } = session;
  const { forEach } = from;
  const period = periodItem(context.period);
  const items = await itemsOf(context, forEach, (url) =>
    readIndex(session, fill(url, period, encodeURIComponent)),
  );
  const urls = [from.url].flat();
  const isOfSource = forEach !== undefined && 'source' in forEach;
  const addresses = items.flatMap((item) =>
    urls.map((template, i): Address => {
      const known = { ...period, ...item };
      const params = Object.entries(from.params ?? {}).flatMap(
        ([name, value]) =>
          typeof value === 'string' ? [[name, fill(value, known)]] : [],
      );
      return {
        url: withParams(
          fill(template, known, encodeURIComponent),
          Object.fromEntries(params),
        ),
        parts: [
          ...partsOf(item, forEach),
          ...(urls.length > 1 ? [`${i + 1}`] : []),
        ],
        ...(isOfSource && { members: item }),
      };
    }),
  );
  const twice = addresses.find(
    ({ url }, i) => addresses.findIndex((other) => other.url === url) < i,
  );
  if (twice)
    throw new SourceError(
      'two requests have this one address: does it name all parts of forEach?',
      { file: shownUrl(twice.url) },
    );
  return addresses;
};

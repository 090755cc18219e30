import { readFile, writeFile } from 'node:fs/promises';
import { SourceError } from '../../../core/errors.ts';
import { readsPages } from '../../../core/http.ts';
import { withoutMark } from '../../../engine/records/withoutMark.ts';
import { digestOf } from '../digest.ts';
import type { LandContext } from '../lander.ts';
import type { LandedRequest, ManifestFile } from '../manifest.ts';
import type { Address } from './addresses.ts';
import type { EarlierFile } from './earlier.ts';
import { addressOf, shownUrl } from './origins.ts';
import { firstPage, nextPage, pageWatch } from './paging.ts';
import type { Fetched, Session } from './session.ts';
import { type Item, pathOf } from './template.ts';

const MAX_PAGES = 10_000;
/** A page is read whole; files without paging are not. */
const MAX_PAGE_BYTES = 256 << 20;

/** What came of one address. */
export interface LandedAddress {
  readonly files: readonly ManifestFile[];
  readonly requests: readonly LandedRequest[];
  readonly reused: number;
}

/**
 * A page as JSON, with the members that its asker adds.
 * @throws SourceError that names the page, by the path that it was to have.
 */
const readPage = async (
  path: string,
  file: string,
  bytes: number,
  members?: Item,
) => {
  if (bytes > MAX_PAGE_BYTES)
    throw new SourceError(
      `a page of ${bytes} bytes is more than ${MAX_PAGE_BYTES}: ask for less ` +
        'at once',
      { file: path },
    );
  const text = await readFile(file, 'utf8');
  let document: unknown;
  try {
    document = JSON.parse(withoutMark(text));
  } catch (cause) {
    throw new SourceError('the page is not JSON', { file: path }, { cause });
  }
  if (!members) return { document };
  const end = text.lastIndexOf('}');
  const added = Object.entries(members)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(', ');
  const isEmpty = text.slice(0, end).trimEnd().endsWith('{');
  const body = `${text.slice(0, end)}${isEmpty ? '' : ', '}${added}}`;
  return { document, body };
};

/** Puts what came into the landing, whole. */
const keep = async (
  { platform, folder }: LandContext,
  path: string,
  { body, received }: Required<Pick<Fetched, 'body' | 'received'>>,
  text: string | undefined,
): Promise<ManifestFile> => {
  const key = `${folder}${path}`;
  const { bytes, digest, records } = received;
  if (text !== undefined) await writeFile(body.file, text);
  await platform.store.upload(body.file, key, 'later');
  if (text === undefined) return { path, key, bytes, digest, records };
  const changed = Buffer.from(text);
  return {
    path,
    key,
    bytes: changed.length,
    digest: digestOf(changed),
    records,
  };
};

/** Lands what an address gives: one file, or a file for each page. */
export const landAddress = async (
  context: LandContext,
  session: Session,
  { url: start, parts, members }: Address,
  earlier: ReadonlyMap<string, EarlierFile>,
): Promise<LandedAddress> => {
  const { source, from, limits } = session;
  const { paging } = from;
  const { pages: maxPages = MAX_PAGES } = limits;
  const isRead = members !== undefined || (paging && readsPages(paging));
  const files: ManifestFile[] = [];
  const requests: LandedRequest[] = [];
  const watch = pageWatch();
  let url: string | undefined = firstPage(start, paging);
  let total = 0;
  for (let number = 1; url !== undefined; number++) {
    if (number > maxPages)
      throw new SourceError(
        `more than ${maxPages} pages (limits.pages): does it ever end?`,
        { file: shownUrl(start) },
      );
    const path = pathOf(source.files, context.period, [
      ...parts,
      ...(paging ? [`${number}`.padStart(5, '0')] : []),
    ]);
    watch.address(url, number, path);
    const { address = shownUrl(url) } = addressOf(url);
    const known = paging || members ? undefined : earlier.get(address);
    const fetched = await session.get(url, path, source, known);
    const { received, headers, note, body } = fetched;
    if (!received) {
      await body.discard();
      if (!known)
        throw new SourceError('it answers 304 to no condition', { file: path });
      const file = { ...known.file, path };
      const { digest, bytes } = file;
      const reused = {
        ...note,
        headers: { ...kept(known), ...note.headers },
        ...{ digest, bytes, path },
      };
      return { files: [file], requests: [reused], reused: 1 };
    }
    const { records, digest } = received;
    const { document, body: text } = isRead
      ? await readPage(path, body.file, received.bytes, members)
      : {};
    if (records > 0) watch.bytes(digest, number, path);
    const isWanted = number === 1 || records > 0;
    if (isWanted)
      files.push(await keep(context, path, { body, received }, text));
    else await body.discard();
    requests.push({ ...note, ...(isWanted && { path }) });
    total += records;
    const next = nextPage(start, paging, {
      ...{ url, number, records, total, headers, document },
    });
    url = next && session.withoutSecrets(next);
    if (url !== undefined && new URL(url).origin !== new URL(start).origin)
      throw new SourceError(
        `the next page is on another host: ${session.shown(shownUrl(url))}`,
        { file: shownUrl(start) },
      );
  }
  return { files, requests, reused: 0 };
};

/** Validators, in case that a 304 does not repeat them. */
const kept = ({ etag, lastModified }: EarlierFile): Record<string, string> => ({
  ...(etag !== undefined && { etag }),
  ...(lastModified !== undefined && { 'last-modified': lastModified }),
});

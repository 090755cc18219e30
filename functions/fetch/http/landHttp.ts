import { rm } from 'node:fs/promises';
import {
  SourceError,
  type TributaryError,
  within,
} from '../../../core/errors.ts';
import type { HttpFrom } from '../../../core/http.ts';
import { presence } from '../earlier.ts';
import type { LandContext, Lander, Landing } from '../lander.ts';
import { type Address, addressesOf } from './addresses.ts';
import { earlierFiles } from './earlier.ts';
import { type LandedAddress, landAddress } from './landAddress.ts';
import { shownUrl } from './origins.ts';
import { openSession, type Session } from './session.ts';

/** The default share of values that may fail and are only reported. */
const MAX_FAILED = 0.5;
/** As many failures are told one by one. */
const TOLD = 20;

interface Failed {
  readonly address: Address;
  readonly error: TributaryError;
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }) =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));

/** How many addresses may fail, and are then reported. */
const allowedFailures = ({ forEach }: HttpFrom, addresses: number): number =>
  forEach && 'source' in forEach
    ? Math.floor((forEach.maxFailed ?? MAX_FAILED) * addresses)
    : 0;

const noticesOf = (failed: readonly Failed[], of: number): string[] => {
  if (failed.length === 0) return [];
  const told = failed
    .slice(0, TOLD)
    .map(
      ({ address, error }) => `${address.parts.join(', ')}: ${error.reason}`,
    );
  return [
    `${failed.length} of ${of} requests failed, and their rows are missing: ` +
      told.join('; ') +
      (failed.length > TOLD ? '; …' : ''),
  ];
};

/** Fetches all addresses, some at once; ends all where too many fail. */
const landAll = async (
  context: LandContext,
  session: Session,
  addresses: readonly Address[],
): Promise<{ landed: LandedAddress[]; failed: Failed[] }> => {
  const earlier = await earlierFiles(context);
  const allowed = allowedFailures(session.from, addresses.length);
  const landed: LandedAddress[] = [];
  const failed: Failed[] = [];
  let fatal: unknown;
  const landOne = async (address: Address) => {
    try {
      landed.push(await landAddress(context, session, address, earlier));
    } catch (error) {
      if (error instanceof SourceError) failed.push({ address, error });
      const isTooMuch =
        !(error instanceof SourceError) || failed.length > allowed;
      if (!isTooMuch || fatal !== undefined) return;
      fatal = error;
      session.abort();
    }
  };
  await Promise.all(addresses.map(landOne));
  if (fatal !== undefined) throw fatal;
  return { landed, failed };
};

const requireNames = (files: readonly { readonly path: string }[]): void => {
  const twice = files.find(({ path }, i) => files[i - 1]?.path === path);
  if (twice)
    throw new SourceError('two requests would land this one file', {
      file: twice.path,
    });
};

/** A file of an earlier landing may have been cleaned away meanwhile. */
const requireReused = async (
  context: LandContext,
  landed: readonly LandedAddress[],
): Promise<void> => {
  const reused = landed.flatMap((address) =>
    address.reused > 0 ? address.files : [],
  );
  const isThere = await presence(context, reused);
  const gone = reused.find((file) => !isThere(file));
  if (gone)
    throw new SourceError(
      'it has not changed, but what was landed of it is gone: run again',
      { file: gone.path },
    );
};

/** Lands a source from its HTTP addresses, streamed and within its bounds. */
export const landHttp: Lander = async (context): Promise<Landing> => {
  const { scratch, source } = context;
  const session = await openSession(context, source);
  try {
    const addresses = await addressesOf(context, session);
    const { landed, failed } = await landAll(context, session, addresses);
    await requireReused(context, landed);
    const files = landed.flatMap((address) => address.files).sort(byPath);
    requireNames(files);
    const notices = noticesOf(failed, addresses.length);
    return {
      from: [session.from.url].flat().map(shownTemplate).join(' '),
      files,
      reused: landed.reduce((sum, { reused }) => sum + reused, 0),
      requests: [
        ...landed.flatMap(({ requests }) => requests),
        ...failed.map(({ address, error }) => ({
          url: shownUrl(address.url),
          error: error.reason,
        })),
      ].sort((a, b) => (a.url < b.url ? -1 : 1)),
      ...(notices.length > 0 && { notices }),
    };
  } catch (error) {
    throw within(error, { source: source.name });
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
};

/** Its names in braces are no secret; whatever else it has may be. */
const shownTemplate = (url: string): string =>
  shownUrl(url).replaceAll('%7B', '{').replaceAll('%7D', '}');

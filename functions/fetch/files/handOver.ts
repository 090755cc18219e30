import type { Shared } from './share.ts';
import { BETWEEN } from './units.ts';

type Texts = 'paths' | 'versions' | 'digests';

/** What a thread landed, its texts joined: to copy each would take long. */
export type Handed = Omit<Shared, Texts> & Readonly<Record<Texts, string>>;

/** What a thread says, and the memory that it hands over with it. */
export const handed = (
  shared: Shared,
): { readonly message: Handed; readonly moved: ArrayBuffer[] } => {
  const { paths, versions, digests } = shared;
  const message = {
    ...shared,
    paths: paths.join(BETWEEN),
    versions: versions.join(BETWEEN),
    digests: digests.join(BETWEEN),
  };
  const { bytes, offsets, packs, records, units, begins } = shared;
  const columns = [bytes, offsets, packs, records, units, begins];
  return { message, moved: columns.map(({ buffer }) => buffer) };
};

/** The same as the other thread had it. */
export const received = (message: Handed): Shared => {
  const apart = (text: string) =>
    message.bytes.length === 0 ? [] : text.split(BETWEEN);
  const { paths, versions, digests } = message;
  return {
    ...message,
    paths: apart(paths),
    versions: apart(versions),
    digests: apart(digests),
  };
};

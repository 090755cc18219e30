import { type Place, TributaryError } from '../../core/errors.ts';
import { parseJson } from '../../core/parseJson.ts';
import type { Platform } from '../../platform/ports.ts';

/** The second part of such a key is the pipeline. */
const placeOf = (key: string): Place => {
  const [, pipeline] = key.split('/');
  return { ...(pipeline && { pipeline }), file: key };
};

/**
 * Reads a document of a run's from the lake.
 * @returns undefined where there is none.
 * @throws TributaryError that names pipeline and file, where it is not whole.
 */
export const readJson = async <T>(
  { store }: Pick<Platform, 'store'>,
  key: string,
): Promise<T | undefined> => {
  const body = await store.read(key);
  return body === undefined ? undefined : parseJson<T>(body, placeOf(key));
};

/** The same, of a document that has to be there. */
export const requireJson = async <T>(
  platform: Pick<Platform, 'store'>,
  key: string,
): Promise<T> => {
  const found = await readJson<T>(platform, key);
  if (found === undefined) throw new TributaryError('it is gone', placeOf(key));
  return found;
};

import { type Place, TributaryError } from './errors.ts';

/**
 * A document that Tributary wrote, from its text.
 * @throws TributaryError that names the place, where it is not whole.
 */
export const parseJson = <T>(text: string, place: Place): T => {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    const { message } = cause as Error;
    throw new TributaryError(
      `it is not as it was written, somebody has changed it (${message})`,
      place,
      { cause },
    );
  }
};

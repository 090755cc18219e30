import type { MetabaseClient } from '../../platform/metabase/metabaseClient.ts';

/**
 * A server may put down what it gets in words of its own. Those are sealed,
 * too: else they would look like a person's edits the next time.
 */
export const sealStored = async (
  client: MetabaseClient,
  path: string,
  stored: string,
  sealOf: (stored: string) => string,
  wanted: string,
): Promise<void> => {
  if (stored !== wanted)
    await client.put(path, { description: sealOf(stored) });
};

import type { MetabaseClient } from '../../platform/metabase/metabaseClient.ts';
import { editedOf, itemsOf, sealedCollections } from './compare.ts';
import type { Item, ServerCollection } from './contents.ts';

/** What is there of a pipeline that nobody defines any more. */
export interface LeftOver {
  readonly pipeline: string;
  readonly items: readonly Item[];
  readonly edited: readonly string[];
}

/**
 * Reads what is left over of pipelines that are gone. Another project may write
 * to the same server, and its pipelines look the same: a person decides.
 */
export const findLeftOver = async (
  client: MetabaseClient,
  collections: readonly ServerCollection[],
  defined: readonly string[],
): Promise<LeftOver[]> => {
  const found: LeftOver[] = [];
  for (const { id, seal } of sealedCollections(collections)) {
    const { pipeline } = seal;
    if (defined.includes(pipeline)) continue;
    const items = await itemsOf(client, id, pipeline);
    const edited = await editedOf(client, items);
    if (items.length > 0) found.push({ pipeline, items, edited });
  }
  return found;
};

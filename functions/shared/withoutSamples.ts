import type { CatalogState } from '../../core/catalog.ts';
import { inputKind, type RunOptions } from './events.ts';

/**
 * What is published, but for what came from a shipped sample: the first run on
 * other input begins as if nothing were there, so that the two never mix.
 */
export const withoutSamples = (state: CatalogState): CatalogState => {
  const tables = Object.entries(state.tables).flatMap(([name, table]) => {
    const partitions = table.partitions.filter(({ sample }) => !sample);
    return partitions.length > 0 ? [[name, { ...table, partitions }]] : [];
  });
  const isSample = Object.values(state.tables).some(({ partitions }) =>
    partitions.some(({ sample }) => sample),
  );
  return {
    ...state,
    tables: Object.fromEntries(tables) as CatalogState['tables'],
    watermarks: isSample ? {} : state.watermarks,
  };
};

/** What a run builds on: a run on a sample builds on all that is published. */
export const baseOf = (
  state: CatalogState,
  options: RunOptions,
): CatalogState =>
  inputKind(options) === 'sample' ? state : withoutSamples(state);

import type { CatalogTable, Snapshot } from '../../core/catalog.ts';
import { type EngineLimits, openDatabase } from '../database.ts';
import { ident, text } from '../sql.ts';
import { readTable } from './lakeViews.ts';

/**
 * Writes one snapshot of a table as CSV without a header: NULL is nothing, and
 * every text is quoted, also the empty one.
 * @param local gives the path on this machine of a key of the lake.
 */
export const exportCsv = async (
  table: CatalogTable,
  snapshot: Snapshot,
  local: (key: string) => string,
  file: string,
  limits: EngineLimits,
): Promise<void> => {
  const select = readTable(
    { ...table, partitions: [snapshot] },
    ({ location, files }) => files.map((name) => local(`${location}${name}`)),
  );
  const texts = table.columns.filter(({ type }) => type === 'string');
  const quoted = texts.map(({ name }) => ident(name)).join(', ');
  const db = await openDatabase(limits);
  try {
    await db.run(
      `COPY (${select}) TO ${text(file)} (FORMAT csv, HEADER false` +
        `${quoted ? `, FORCE_QUOTE (${quoted})` : ''})`,
    );
  } finally {
    db.close();
  }
};

import type { CatalogState } from '../../../core/catalog.ts';
import { lakeViews } from '../../../engine/query/lakeViews.ts';
import { openLake } from '../../../engine/query/openLake.ts';
import { ident, text } from '../../../engine/sql.ts';

/**
 * All that is published of a pipeline, as a text that is equal where every row
 * of every table is: its count, and the sum of its rows' hashes.
 */
export const answerOf = async (
  state: CatalogState,
  lake: string,
): Promise<string> => {
  const names = Object.keys(state.tables).sort();
  if (names.length === 0) return 'nothing';
  const views = lakeViews([state], (key) => `${lake}/${key}`);
  const reader = await openLake(lake, views);
  try {
    const selects = names.map(
      (name) =>
        `SELECT ${text(name)} AS name, count(*) AS n, ` +
        'CAST(coalesce(sum(CAST(hash(t) AS HUGEINT)), 0) AS VARCHAR) AS h ' +
        `FROM ${ident(state.database)}.${ident(name)} AS t`,
    );
    const { rows } = await reader.query(
      `${selects.join(' UNION ALL ')} ORDER BY name`,
    );
    return rows.map((row) => row.join(' ')).join('\n');
  } finally {
    reader.close();
  }
};

import { openPublished } from '../../../cli/commands/sql.ts';
import { ident, text } from '../../../engine/sql.ts';
import type { Platform } from '../../../platform/ports.ts';

/**
 * All that is published of a pipeline, as a text that is equal where every row
 * of every table is: its count, and the sum of its rows' hashes.
 */
export const answerOf = async (
  platform: Platform,
  lake: string,
  pipeline: string,
): Promise<string> => {
  const { tables } = await platform.catalog.read(pipeline);
  const names = Object.keys(tables).sort();
  if (names.length === 0) return 'nothing';
  const reader = await openPublished(platform, lake);
  try {
    const selects = names.map(
      (name) =>
        `SELECT ${text(name)} AS name, count(*) AS n, ` +
        'CAST(coalesce(sum(CAST(hash(t) AS HUGEINT)), 0) AS VARCHAR) AS h ' +
        `FROM ${ident(pipeline)}.${ident(name)} AS t`,
    );
    const { rows } = await reader.query(
      `${selects.join(' UNION ALL ')} ORDER BY name`,
    );
    return rows.map((row) => row.join(' ')).join('\n');
  } finally {
    reader.close();
  }
};

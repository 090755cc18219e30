import type { FilterValue } from '../../core/filter.ts';
import { filterSql } from '../../core/filterSql.ts';
import type { Plan } from '../../core/plan.ts';
import { lakeViews } from '../../engine/query/lakeViews.ts';
import { openLake } from '../../engine/query/openLake.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';

/** The rows of each card of a dashboard, asked by DuckDB over the lake. */
export const renderRows = async (
  { pipeline, dashboard, filters = [] }: Plan,
  lake: string,
  values: Readonly<Record<string, FilterValue>>,
): Promise<(readonly (readonly unknown[])[])[]> => {
  const { catalog } = localPlatform({ lake, pipelines: lake });
  const views = lakeViews(
    [await catalog.read(pipeline)],
    (key) => `${lake}/${key}`,
  );
  const reader = await openLake(lake, [...views, `USE ${pipeline}`]);
  try {
    const answers = [];
    for (const { sql } of dashboard) {
      const text = filterSql(sql.text, pipeline, filters, values);
      answers.push((await reader.query(text)).rows);
    }
    return answers;
  } finally {
    reader.close();
  }
};

import type { CatalogTable } from '../../../core/catalog.ts';
import type { PlanTable } from '../../../core/plan.ts';
import type { LimitedResult } from '../../../engine/query/guardedLake.ts';
import { shownBytes } from '../../output/bytes.ts';
import { type Html, html, nothing, path } from './html.ts';
import type { Page } from './layout.ts';
import { dataTable, empty, facts, number } from './parts.ts';
import { headOf, type PipelineView } from './pipelinePage.ts';

const isNumeric = (type: string) => /INT|DECIMAL|DOUBLE|FLOAT/.test(type);

const cell = (value: unknown): Html | string =>
  value === null || value === undefined
    ? html`<span class="faint">null</span>`
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

/** The first rows of an answer, as the engine writes its values. */
export const rowsTable = (
  caption: string,
  { columns, rows }: LimitedResult,
): Html =>
  dataTable(
    caption,
    columns.map(({ name, type }) => ({
      title: name,
      isNumber: isNumeric(type),
    })),
    rows.map((row) => row.map(cell)),
  );

const roleOf = (table: PlanTable, column: string) =>
  [
    ...(table.key.includes(column) ? ['key'] : []),
    ...(table.partitionBy[column]
      ? [`partition, ${table.partitionBy[column]}`]
      : []),
    ...(table.sortBy.includes(column) ? ['sorted by'] : []),
    ...(table.newest === column ? ['newest wins'] : []),
  ].join(', ');

const schema = (table: PlanTable) =>
  dataTable(
    'Columns',
    [{ title: 'Column' }, { title: 'Type' }, { title: 'Role' }],
    table.columns.map(({ name, type }) => [
      html`<code>${name}</code>`,
      type,
      roleOf(table, name),
    ]),
  );

const snapshots = (pipeline: string, { partitions }: CatalogTable) =>
  dataTable(
    'Snapshots',
    [
      { title: 'Period' },
      { title: 'Rows', isNumber: true },
      { title: 'Size', isNumber: true },
      { title: 'Files', isNumber: true },
      { title: 'Run' },
    ],
    partitions.map(({ period, rows, bytes, files, run }) => [
      period,
      number(rows),
      shownBytes(bytes),
      number(files.length),
      html`<a href="${path('pipelines', pipeline, 'runs', run)}"><code>${run}</code></a>`,
    ]),
  );

/** One table: its columns, its first rows, the runs that made it. */
export const tablePage = (
  view: PipelineView,
  table: PlanTable,
  published: CatalogTable | undefined,
  preview: LimitedResult | undefined,
): Page => {
  const { pipeline } = view.plan;
  const ask = `SELECT * FROM ${pipeline}.${table.name} LIMIT 100`;
  return {
    title: `${pipeline}.${table.name}`,
    scripts: ['pipeline'],
    body: html`
${headOf(view)}
<h2 class="page">${pipeline}.${table.name}</h2>
${facts([
  ['Mode', table.mode],
  ['Key', table.key.join(', ') || 'none'],
  ['Columns', number(table.columns.length)],
  [
    'Rows',
    published
      ? number(published.partitions.reduce((sum, { rows }) => sum + rows, 0))
      : 'not published',
  ],
])}
<section class="card" aria-labelledby="preview">
<h2 id="preview">First rows</h2>
${
  preview
    ? html`${rowsTable('First rows', preview)}
<p><a href="/sql?q=${encodeURIComponent(ask)}">Ask it in SQL</a></p>`
    : empty('Nothing is published yet.')
}
</section>
<section class="card" aria-labelledby="columns">
<h2 id="columns">Columns</h2>
${schema(table)}
</section>
${
  published
    ? html`<section class="card" aria-labelledby="snapshots">
<h2 id="snapshots">Snapshots</h2>
${snapshots(pipeline, published)}
</section>`
    : nothing
}`,
  };
};

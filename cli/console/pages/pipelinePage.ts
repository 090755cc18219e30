import type { CatalogState } from '../../../core/catalog.ts';
import type { Plan, PlanSource, PlanTable } from '../../../core/plan.ts';
import type { Status } from '../../../functions/status/handler.ts';
import type { RunNow } from '../../commands/runs.ts';
import { shownBytes } from '../../output/bytes.ts';
import { localTime } from '../../output/localTime.ts';
import { type Html, html, nothing, path } from './html.ts';
import { type Page, pipelineHead, type Tab } from './layout.ts';
import { freshText } from './overviewPage.ts';
import { ago, dataTable, facts, number, seconds, statePill } from './parts.ts';

/** A pipeline, and how it stands. */
export interface PipelineView {
  readonly plan: Plan;
  readonly status: Status;
  readonly now: Date;
}

export const headOf = ({ plan, status }: PipelineView, tab?: Tab): Html =>
  pipelineHead(
    {
      pipeline: plan.pipeline,
      title: plan.title,
      description: plan.description,
      state: status.state,
    },
    tab,
  );

const factsOf = ({ plan, status, now }: PipelineView) => {
  const { last, next, timezone } = status;
  return facts([
    [
      'Last run',
      last
        ? html`<a href="${path('pipelines', plan.pipeline, 'runs', last.run)}">${last.period}</a> ${statePill(last.outcome)}`
        : 'never',
    ],
    ['Published', freshText(status, now)],
    ['Took', seconds(last?.seconds)],
    ['Next start', next ? localTime(next, timezone) : 'none'],
    ['Schedule', html`<code>${plan.schedule}</code>`],
  ]);
};

const tableLine = (
  { pipeline }: Plan,
  { name, mode, key }: PlanTable,
  { tables }: CatalogState,
): (Html | string)[] => {
  const snapshots = tables[name]?.partitions ?? [];
  const sum = (of: (one: (typeof snapshots)[number]) => number) =>
    snapshots.reduce((total, one) => total + of(one), 0);
  const published = snapshots.length > 0;
  return [
    html`<a class="strong" href="${path('pipelines', pipeline, 'tables', name)}">${name}</a>`,
    key.join(', ') || '–',
    mode,
    published ? number(sum(({ rows }) => rows)) : '–',
    published ? shownBytes(sum(({ bytes }) => bytes)) : '–',
    published
      ? `${snapshots.at(-1)?.period}${snapshots.length > 1 ? ` and ${snapshots.length - 1} more` : ''}`
      : 'not published',
  ];
};

const sourceLine = (
  { name, kind, scope }: PlanSource,
  run: RunNow | undefined,
): (Html | string)[] => {
  const rows = run?.sources.find(({ source }) => source === name);
  const cell = (value: number | undefined) =>
    value === undefined ? '–' : number(value);
  return [
    html`<span class="strong">${name}</span> <span class="faint">${kind}, ${scope}</span>`,
    rows ? shownBytes(rows.bytes) : '–',
    cell(rows?.landed),
    cell(rows?.used),
    cell(rows?.dropped),
    cell(rows?.duplicates),
    cell(rows?.quarantined),
  ];
};

/** The flow of a pipeline, its sources and its tables. */
export const pipelinePage = (
  view: PipelineView,
  state: CatalogState,
  run: RunNow | undefined,
): Page => {
  const { plan } = view;
  return {
    title: plan.title,
    scripts: ['pipeline'],
    body: html`
${headOf(view, '')}
${factsOf(view)}
<section class="card" aria-labelledby="flow">
<h2 id="flow">From sources to cards</h2>
<div class="scroll flow" role="region" aria-label="The flow" tabindex="0" data-flow>
<p class="empty">Drawing…</p></div>
<p class="key"><span class="source">source</span> <span class="table">table</span> <span class="card">card of the dashboard</span></p>
</section>
<section class="card" aria-labelledby="tables">
<h2 id="tables">Tables</h2>
${dataTable(
  'Tables',
  [
    { title: 'Table' },
    { title: 'Key' },
    { title: 'Mode' },
    { title: 'Rows', isNumber: true },
    { title: 'Size', isNumber: true },
    { title: 'Periods' },
  ],
  plan.tables.map((table) => tableLine(plan, table, state)),
)}
</section>
<section class="card" aria-labelledby="sources">
<h2 id="sources">Sources</h2>
<p class="faint">Of the last run${run ? html` (${run.period}, ${ago(run.startedAt, view.now)})` : nothing}: landed = used + dropped + duplicates + quarantined.</p>
${dataTable(
  'Sources',
  [
    { title: 'Source' },
    { title: 'Bytes', isNumber: true },
    { title: 'Landed', isNumber: true },
    { title: 'Used', isNumber: true },
    { title: 'Dropped', isNumber: true },
    { title: 'Duplicates', isNumber: true },
    { title: 'Quarantined', isNumber: true },
  ],
  plan.sources.map((source) => sourceLine(source, run)),
)}
</section>`,
  };
};

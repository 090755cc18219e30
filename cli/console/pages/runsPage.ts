import type { RunNow } from '../../commands/runs.ts';
import { dollarsOf } from '../overview.ts';
import { type Html, html, path } from './html.ts';
import type { Page } from './layout.ts';
import {
  ago,
  dataTable,
  dollars,
  empty,
  number,
  seconds,
  statePill,
} from './parts.ts';
import { headOf, type PipelineView } from './pipelinePage.ts';

const total = <T>(items: readonly T[], of: (item: T) => number) =>
  items.reduce((sum, item) => sum + of(item), 0);

/** Steps of the same name together: sources are fetched side by side. */
const stepSeconds = ({ steps }: RunNow): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const { step, seconds: took } of steps)
    sums.set(step, Math.max(sums.get(step) ?? 0, took));
  return sums;
};

const WIDTH = 160;

/** How a run's time is shared by its steps, against the longest run. */
const stepBar = (run: RunNow, longest: number): Html => {
  const steps = [...stepSeconds(run)];
  const label = steps
    .map(([step, took]) => `${step} ${seconds(took)}`)
    .join(', ');
  let x = 0;
  return html`<svg class="steps" role="img" aria-label="${label}" width="${WIDTH}" height="14" viewBox="0 0 ${WIDTH} 14">${steps.map(
    ([step, took], i) => {
      const width = Math.max(0.5, (took / longest) * WIDTH);
      const from = x;
      x += width;
      return html`<rect class="s${i % 6}" x="${from.toFixed(1)}" y="1" width="${width.toFixed(1)}" height="12"><title>${step}: ${seconds(took)}</title></rect>`;
    },
  )}</svg>`;
};

const legend = (runs: readonly RunNow[]): Html => {
  const names = [
    ...new Set(runs.flatMap((run) => [...stepSeconds(run).keys()])),
  ];
  return html`<p class="key">${names.map(
    (name, i) => html`<span class="s${i % 6}">${name}</span> `,
  )}</p>`;
};

/** All runs, newest first, with the time of each step. */
export const runsPage = (view: PipelineView, runs: readonly RunNow[]): Page => {
  const longest = Math.max(
    ...runs.map((run) => total([...stepSeconds(run).values()], (s) => s)),
    0.001,
  );
  const { pipeline } = view.plan;
  return {
    title: `Runs of ${pipeline}`,
    scripts: ['pipeline'],
    body: html`
${headOf(view, 'runs')}
<section class="card" aria-labelledby="runs">
<h2 id="runs">Runs</h2>
${
  runs.length === 0
    ? empty('Nothing ran yet: press Run.')
    : html`${legend(runs)}
${dataTable(
  'Runs',
  [
    { title: 'Period' },
    { title: 'Outcome' },
    { title: 'Started' },
    { title: 'Took', isNumber: true },
    { title: 'Steps' },
    { title: 'Landed', isNumber: true },
    { title: 'Quarantined', isNumber: true },
    { title: 'Rows', isNumber: true },
    { title: 'Cost on AWS', isNumber: true },
    { title: 'Input' },
  ],
  runs.map((run) => [
    html`<a class="strong" href="${path('pipelines', pipeline, 'runs', run.run)}">${run.period}</a>`,
    statePill(run.outcome),
    ago(run.startedAt, view.now),
    seconds(run.seconds),
    stepBar(run, longest),
    number(total(run.sources, ({ landed }) => landed)),
    number(total(run.sources, ({ quarantined }) => quarantined)),
    number(total(run.tables, ({ rows }) => rows)),
    dollars(dollarsOf(run)),
    run.replay === 'sample' || run.replay === 'live' ? run.replay : 'recording',
  ]),
)}`
}
</section>`,
  };
};

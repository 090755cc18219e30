import type { LedgerStep } from '../../../functions/shared/ledger.ts';
import type { RunNow } from '../../commands/runs.ts';
import { shownBytes } from '../../output/bytes.ts';
import { dollarsOf } from '../overview.ts';
import { checkLines } from './checksPage.ts';
import { type Html, html, nothing, path } from './html.ts';
import type { Page } from './layout.ts';
import {
  dataTable,
  dollars,
  empty,
  facts,
  number,
  seconds,
  statePill,
} from './parts.ts';
import { headOf, type PipelineView } from './pipelinePage.ts';

/** Of the time line, in its own units: it is as wide as its place. */
const WIDTH = 1000;

const nameOf = ({ step, source, part }: LedgerStep) =>
  [step, source, part ? `${part.index + 1} of ${part.of}` : '']
    .filter(Boolean)
    .join(' ');

/** Each step as a bar from its start to its end. */
const waterfall = ({ startedAt, steps, seconds: whole = 0 }: RunNow): Html => {
  if (steps.length === 0) return empty('No step has ended.');
  const began = new Date(startedAt).getTime();
  const at = (step: LedgerStep) =>
    Math.max(0, (new Date(step.startedAt).getTime() - began) / 1000);
  const end = Math.max(
    whole,
    ...steps.map((one) => at(one) + one.seconds),
    0.001,
  );
  return html`<ol class="waterfall">${steps.map((one) => {
    const x = (at(one) / end) * WIDTH;
    const width = Math.max(3, (one.seconds / end) * WIDTH);
    const from = Math.min(x, WIDTH - width);
    return html`<li><span>${nameOf(one)}</span><svg aria-hidden="true" viewBox="0 0 ${WIDTH} 14" preserveAspectRatio="none"><rect class="${one.failed ? 'bad' : 's0'}" x="${from.toFixed(1)}" width="${width.toFixed(1)}" height="14"/></svg><span class="faint">${seconds(one.seconds)}</span></li>`;
  })}</ol>`;
};

const sourceRows = ({ sources }: RunNow) =>
  dataTable(
    'Sources',
    [
      { title: 'Source' },
      { title: 'Files', isNumber: true },
      { title: 'Bytes', isNumber: true },
      { title: 'Landed', isNumber: true },
      { title: 'Used', isNumber: true },
      { title: 'Dropped', isNumber: true },
      { title: 'Duplicates', isNumber: true },
      { title: 'Quarantined', isNumber: true },
    ],
    sources.map((one) => [
      html`<span class="strong">${one.source}</span>`,
      number(one.files),
      shownBytes(one.bytes),
      ...[one.landed, one.used, one.dropped, one.duplicates].map(number),
      number(one.quarantined),
    ]),
  );

const tableRows = ({ tables, pipeline }: RunNow) =>
  dataTable(
    'Tables',
    [
      { title: 'Table' },
      { title: 'Partition' },
      { title: 'Rows', isNumber: true },
      { title: 'Bytes', isNumber: true },
    ],
    tables.map((one) => [
      html`<a href="${path('pipelines', pipeline, 'tables', one.table)}">${one.table}</a>`,
      Object.entries(one.values)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ') || '–',
      number(one.rows),
      shownBytes(one.bytes),
    ]),
  );

const section = (title: string, body: Html) => html`
<section class="card" aria-label="${title}"><h2>${title}</h2>${body}</section>`;

/** All that is known of one run. */
export const runPage = (view: PipelineView, run: RunNow): Page => ({
  title: `Run ${run.run}`,
  scripts: ['pipeline'],
  body: html`
${headOf(view)}
<div class="line"><h2 class="page">Run of ${run.period} ${statePill(run.outcome)}</h2>
${
  run.outcome === 'published'
    ? html`<button type="button" data-action="rollback" data-run="${run.run}">Roll this run back</button>`
    : nothing
}</div>
${run.error ? html`<pre class="error">${run.error.name}: ${run.error.message}</pre>` : nothing}
${facts([
  ['Run', html`<code>${run.run}</code>`],
  ['Started', run.startedAt.slice(0, 19).replace('T', ' ')],
  ['Took', seconds(run.seconds)],
  [
    'Engine',
    html`<span title="${run.engine.reason}">${run.engine.name}</span>`,
  ],
  ['Input', run.replay],
  ['Cost on AWS', dollars(dollarsOf(run))],
])}
${section('Steps', waterfall(run))}
${run.sources.length > 0 ? section('Sources', sourceRows(run)) : nothing}
${run.tables.length > 0 ? section('Tables', tableRows(run)) : nothing}
${run.checks.length > 0 ? section('Checks', checkLines(run.checks)) : nothing}
${
  run.notices?.length
    ? section(
        'Notices',
        html`<ul>${run.notices.map((text) => html`<li>${text}</li>`)}</ul>`,
      )
    : nothing
}`,
});

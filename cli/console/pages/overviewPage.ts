import type { Platform } from '../../../platform/ports.ts';
import type { RunNow } from '../../commands/runs.ts';
import { localTime } from '../../output/localTime.ts';
import { durationText } from '../../output/quoteText.ts';
import { type Broken, dollarsOf, type Standing } from '../overview.ts';
import { type Html, html, nothing, path } from './html.ts';
import type { Page } from './layout.ts';
import {
  ago,
  dataTable,
  dollars,
  empty,
  facts,
  number,
  seconds,
  statePill,
} from './parts.ts';
import { sparkline } from './sparkline.ts';

const isBroken = (one: Standing | Broken): one is Broken => 'error' in one;
const isSound = (one: Standing | Broken): one is Standing => !isBroken(one);

const total = <T>(items: readonly T[], of: (item: T) => number) =>
  items.reduce((sum, item) => sum + of(item), 0);

const link = (pipeline: string, title: string) =>
  html`<a class="strong" href="${path('pipelines', pipeline)}">${title}</a><br><span class="faint">${pipeline}</span>`;

/** How old the published data are, against what is promised. */
export const freshText = (
  { freshness, timezone }: Standing['status'],
  now: Date,
): Html => {
  const { publishedAt, slaSeconds, isLate, deadline } = freshness;
  if (publishedAt === undefined) return html`–`;
  const sla =
    slaSeconds === undefined
      ? nothing
      : html`<br><span class="faint">SLA ${durationText(slaSeconds)}</span>`;
  const late =
    isLate && deadline
      ? html`<br><span class="warn-text">late since ${localTime(deadline, timezone)}</span>`
      : nothing;
  return html`${ago(publishedAt, now)}${sla}${late}`;
};

const checksText = (run: RunNow | undefined, pipeline: string): Html => {
  if (!run || run.checks.length === 0) return html`–`;
  const bad = run.checks.filter(({ passed }) => !passed).length;
  const text =
    bad === 0
      ? `${run.checks.length} passed`
      : `${bad} of ${run.checks.length} found something`;
  return html`<a href="${path('pipelines', pipeline, 'checks')}"${bad > 0 ? html` class="warn-text"` : nothing}>${text}</a>`;
};

const quarantined = (run: RunNow | undefined) =>
  total(run?.sources ?? [], (source) => source.quarantined);

const lineOf = (one: Standing | Broken, now: Date): (Html | string)[] => {
  if (isBroken(one))
    return [
      html`<span class="strong">${one.pipeline}</span><br><span class="faint">${one.error}</span>`,
      statePill('broken'),
      ...['–', '–', '–', '–', '–', '–', ''],
    ];
  const { pipeline, title, status, runs } = one;
  const last = runs.at(-1);
  const set = quarantined(last);
  return [
    link(pipeline, title),
    statePill(status.state),
    last
      ? html`${last.period}<br><span class="faint">${ago(last.endedAt ?? last.startedAt, now)}</span>`
      : '–',
    freshText(status, now),
    status.rows.length > 0 ? number(total(status.rows, (r) => r.rows)) : '–',
    checksText(last, pipeline),
    set > 0
      ? html`<a class="warn-text" href="${path('pipelines', pipeline, 'quarantine')}">${number(set)}</a>`
      : '0',
    last ? dollars(dollarsOf(last)) : '–',
    sparkline(runs),
  ];
};

const HEADS = [
  { title: 'Pipeline' },
  { title: 'State' },
  { title: 'Last run' },
  { title: 'Published' },
  { title: 'Rows', isNumber: true },
  { title: 'Checks' },
  { title: 'Quarantine', isNumber: true },
  { title: 'Cost on AWS', isNumber: true },
  { title: 'Runs' },
];

const latest = (standings: readonly Standing[]) =>
  standings
    .flatMap(({ runs }) => runs)
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
    .slice(0, 8);

const runLine = (run: RunNow, now: Date): (Html | string)[] => [
  html`<a href="${path('pipelines', run.pipeline, 'runs', run.run)}">${run.pipeline} ${run.period}</a>`,
  statePill(run.outcome),
  ago(run.startedAt, now),
  seconds(run.seconds),
  number(total(run.sources, (s) => s.landed)),
  number(total(run.tables, (t) => t.rows)),
  run.error?.message.split('\n')[0] ?? '',
];

const summary = (all: readonly (Standing | Broken)[]) => {
  const good = all.filter(isSound);
  const lasts = good.flatMap(({ runs }) => runs.at(-1) ?? []);
  const needs = all.filter(
    (one) => isBroken(one) || ['failed', 'late'].includes(one.status.state),
  );
  const checks = lasts.flatMap((run) => run.checks);
  return facts([
    ['Pipelines', number(all.length)],
    [
      'Need somebody',
      needs.length > 0
        ? html`<span class="warn-text">${needs.map(({ pipeline }) => pipeline).join(', ')}</span>`
        : 'none',
    ],
    [
      'Rows of the last runs',
      number(total(lasts, (r) => total(r.tables, (t) => t.rows))),
    ],
    [
      'Checks passed',
      `${checks.filter(({ passed }) => passed).length} of ${checks.length}`,
    ],
    ['Cost of the last runs, on AWS', dollars(total(lasts, dollarsOf))],
  ]);
};

/** All pipelines at a glance. */
export const overviewPage = (
  platform: Platform,
  all: readonly (Standing | Broken)[],
): Page => {
  const now = platform.clock.now();
  const runs = latest(all.filter(isSound));
  return {
    title: 'Overview',
    section: 'overview',
    body: html`
<div class="head"><h1>Overview</h1></div>
${summary(all)}
<section class="card" aria-labelledby="pipelines">
<h2 id="pipelines">Pipelines</h2>
${
  all.length > 0
    ? dataTable(
        'Pipelines',
        HEADS,
        all.map((one) => lineOf(one, now)),
      )
    : empty('There is no pipeline yet: tributary new writes one.')
}
</section>
<section class="card" aria-labelledby="latest">
<h2 id="latest">Latest runs</h2>
${
  runs.length > 0
    ? dataTable(
        'Latest runs',
        [
          { title: 'Run' },
          { title: 'Outcome' },
          { title: 'Started' },
          { title: 'Took', isNumber: true },
          { title: 'Landed', isNumber: true },
          { title: 'Rows', isNumber: true },
          { title: 'Error' },
        ],
        runs.map((run) => runLine(run, now)),
      )
    : empty('Nothing ran yet: open a pipeline and press Run.')
}
</section>`,
  };
};

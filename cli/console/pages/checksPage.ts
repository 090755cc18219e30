import type { CheckResult } from '../../../engine/output.ts';
import type { RunNow } from '../../commands/runs.ts';
import { type Html, html, path } from './html.ts';
import type { Page } from './layout.ts';
import { dataTable, empty, number, statePill } from './parts.ts';
import { headOf, type PipelineView } from './pipelinePage.ts';

/** A check's word: a warning is no failure. */
const wordOf = ({ passed, severity }: CheckResult) =>
  passed ? 'passed' : severity === 'fail' ? 'failed' : severity;

/** The checks of one run, those that found something first. */
export const checkLines = (checks: readonly CheckResult[]): Html =>
  dataTable(
    'Checks',
    [
      { title: 'Relation' },
      { title: 'Check' },
      { title: 'Result' },
      { title: 'Bad rows', isNumber: true },
      { title: 'Found' },
    ],
    checks
      .toSorted((a, b) => Number(a.passed) - Number(b.passed))
      .map((check) => [
        html`<code>${check.relation}</code>`,
        check.check,
        statePill(wordOf(check)),
        number(check.badRows),
        check.detail ? html`<span class="wrap">${check.detail}</span>` : '',
      ]),
  );

const nameOf = ({ relation, check }: CheckResult) => `${relation}: ${check}`;

const MARKS: Readonly<Record<string, string>> = {
  passed: '✓',
  failed: '✗',
  quarantine: '!',
  warn: '!',
};

const mark = (check: CheckResult | undefined, run: RunNow): Html => {
  if (!check) return html`<span class="mark none" title="not run">·</span>`;
  const word = wordOf(check);
  const text = `${run.period}: ${word}${check.passed ? '' : `, ${number(check.badRows)} bad rows`}`;
  return html`<a class="mark ${word}" href="${path('pipelines', run.pipeline, 'runs', run.run)}" title="${text}"><span aria-hidden="true">${MARKS[word] ?? '!'}</span><span class="hidden">${text}</span></a>`;
};

/** A line for each check, a mark for each run. */
const grid = (runs: readonly RunNow[]) => {
  const names = [...new Set(runs.flatMap(({ checks }) => checks.map(nameOf)))];
  return html`
<div class="scroll" role="region" aria-label="A mark for each run" tabindex="0">
<table class="grid"><caption class="hidden">Checks over time, the newest run on the right</caption>
<thead><tr><th scope="col">Check</th>${runs.map(
    ({ period }) =>
      html`<th scope="col" class="turned"><span>${period}</span></th>`,
  )}</tr></thead>
<tbody>${names.map(
    (name) =>
      html`<tr><th scope="row">${name}</th>${runs.map((run) => {
        const found = run.checks.find((check) => nameOf(check) === name);
        return html`<td>${mark(found, run)}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
};

/** How the checks of a pipeline went, run by run. */
export const checksPage = (
  view: PipelineView,
  runs: readonly RunNow[],
): Page => {
  const checked = runs.filter(({ checks }) => checks.length > 0);
  const last = checked.at(-1);
  return {
    title: `Checks of ${view.plan.pipeline}`,
    scripts: ['pipeline'],
    body: html`
${headOf(view, 'checks')}
<section class="card" aria-labelledby="over-time">
<h2 id="over-time">Checks over time</h2>
${
  last
    ? html`${grid(checked)}
<p class="key"><span class="mark passed">✓</span> passed <span class="mark warn">!</span> found rows, and went on <span class="mark failed">✗</span> stopped the run</p>`
    : empty('No run has come to its checks.')
}
</section>
${
  last
    ? html`<section class="card" aria-labelledby="last"><h2 id="last">Checks of the last run</h2>${checkLines(last.checks)}</section>`
    : ''
}`,
  };
};

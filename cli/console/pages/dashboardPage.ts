import type { Filter } from '../../../core/filter.ts';
import type { PlanCard } from '../../../core/plan.ts';
import { cardLines, sizeOf } from '../../../dashboards/layout.ts';
import { type Html, html, nothing, path } from './html.ts';
import type { Page } from './layout.ts';
import { empty } from './parts.ts';
import { headOf, type PipelineView } from './pipelinePage.ts';

/** The values that a text filter offers. */
export type Choices = Readonly<Record<string, readonly string[]>>;

const dates = ({ name, title }: Filter) => html`
<fieldset class="filter" data-filter="${name}" data-kind="dates">
<legend>${title}</legend>
<label>from <input type="date" name="${name}.from"></label>
<label>to <input type="date" name="${name}.to"></label>
</fieldset>`;

const texts = ({ name, title }: Filter, choices: readonly string[]) => html`
<fieldset class="filter" data-filter="${name}" data-kind="text">
<legend>${title}</legend>
<details><summary data-summary>all</summary>
<div class="choices">${choices.map(
  (value) =>
    html`<label><input type="checkbox" name="${name}" value="${value}"> ${value}</label>`,
)}</div></details>
</fieldset>`;

const filters = (all: readonly Filter[], choices: Choices): Html =>
  all.length === 0
    ? nothing
    : html`<form id="filters" class="filters" aria-label="Filters">${all.map(
        (filter) =>
          filter.kind === 'dates'
            ? dates(filter)
            : texts(filter, choices[filter.name] ?? []),
      )}<button type="reset" class="quiet">Clear</button></form>`;

const card = (one: PlanCard, index: number): Html => html`
<section class="card chart ${sizeOf(one)} chart-${one.chart}" data-card="${index}" aria-labelledby="card-${index}">
<h2 id="card-${index}">${one.title}</h2>
${one.chart === 'scalar' ? nothing : html`<p class="faint" data-said>${one.description ?? ''}</p>`}
<div class="answer" data-answer aria-busy="true"></div>
${one.chart === 'scalar' ? html`<p class="faint">${one.description ?? ''}</p>` : nothing}
</section>`;

/** The dashboard of a pipeline: its cards are filled by `page/dashboard.ts`. */
export const dashboardPage = (
  view: PipelineView,
  choices: Choices,
  isPublished: boolean,
): Page => {
  const { plan } = view;
  return {
    title: `Dashboard of ${plan.pipeline}`,
    section: 'dashboards',
    scripts: ['pipeline', 'dashboard'],
    body: html`
${headOf(view, 'dashboard')}
${
  isPublished
    ? html`<div class="line">${filters(plan.filters ?? [], choices)}<p class="faint" id="remark" role="status"></p></div>
<div class="board" data-dashboard="${plan.pipeline}">${cardLines(plan.dashboard).map((line) => html`<div class="cards">${line.map((one) => card(one, plan.dashboard.indexOf(one)))}</div>`)}</div>`
    : empty('Nothing is published yet: press Run.')
}`,
  };
};

const narrowedBy = (filters: readonly Filter[]): string =>
  filters.length === 0
    ? 'No filters'
    : `Filters: ${filters.map(({ title }) => title.toLowerCase()).join(', ')}`;

/** All dashboards by name, with the titles of their cards. */
export const dashboardsPage = (
  plans: readonly PipelineView['plan'][],
): Page => ({
  title: 'Dashboards',
  section: 'dashboards',
  body: html`
<div class="head"><h1>Dashboards</h1></div>
<div class="board"><div class="cards">${plans.map(
    (plan) => html`
<section class="card third">
<h2><a href="${path('pipelines', plan.pipeline, 'dashboard')}">${plan.title}</a></h2>
<p>${plan.description ?? ''}</p>
<ul class="titles">${plan.dashboard.map(({ title }) => html`<li>${title}</li>`)}</ul>
<p class="faint">${narrowedBy(plan.filters ?? [])}</p>
</section>`,
  )}</div></div>`,
});

import { type Html, html } from './html.ts';
import type { Page } from './layout.ts';

/** A name that the editor completes, and what it is. */
export interface Completion {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** The queries that a pipeline keeps. */
export interface Saved {
  readonly pipeline: string;
  readonly title: string;
  readonly queries: readonly { readonly title: string; readonly sql: string }[];
}

const savedList = (all: readonly Saved[]): Html => html`
<label>Saved query <select id="saved"><option value="">choose …</option>${all
  .filter(({ queries }) => queries.length > 0)
  .map(
    ({ pipeline, title, queries }) =>
      html`<optgroup label="${title}">${queries.map(
        (query) =>
          html`<option data-database="${pipeline}" data-sql="${query.sql}">${query.title}</option>`,
      )}</optgroup>`,
  )}</select></label>`;

export interface SqlLimits {
  readonly rows: number;
  readonly seconds: number;
}

/** Questions to the published tables. */
export const sqlPage = (
  tables: readonly Completion[],
  saved: readonly Saved[],
  { rows, seconds }: SqlLimits,
): Page => ({
  title: 'SQL',
  section: 'sql',
  scripts: ['sql'],
  body: html`
<div class="head"><div><h1>SQL</h1>
<p class="lead">One SELECT over what is published. It reads these tables alone,
answers with ${rows.toLocaleString('en-US')} rows at most, and stops after ${String(seconds)} s.</p></div></div>
<div class="sql">
<aside class="card" aria-label="Tables">
<h2>Tables</h2>
${tables.map(
  ({ name, columns }) => html`<details><summary><code>${name}</code></summary>
<ul>${columns.map((column) => html`<li><code>${column.name}</code> <span class="faint">${column.type}</span></li>`)}</ul>
<button type="button" class="quiet" data-ask="SELECT * FROM ${name} LIMIT 100">First rows</button></details>`,
)}
</aside>
<div>
<form id="ask" class="card">
<div class="line">
${savedList(saved)}
<label>Tables of <select id="database"><option value="">all, by whole names</option>${saved.map(
    ({ pipeline }) => html`<option>${pipeline}</option>`,
  )}</select></label>
</div>
<label for="query">Query</label>
<div class="editor">
<textarea id="query" name="q" rows="7" spellcheck="false" autocomplete="off" autocapitalize="off"
 aria-autocomplete="list" aria-controls="completions" aria-haspopup="listbox" aria-describedby="keys"></textarea>
<ul id="completions" role="listbox" aria-label="Completions" hidden></ul>
</div>
<div class="line">
<button type="submit" class="primary">Ask</button>
<span class="faint" id="keys">Ctrl+Enter asks, Ctrl+Space completes</span>
</div>
</form>
<pre id="problem" class="error" role="alert" hidden></pre>
<section id="result" class="card" aria-label="Result" hidden>
<div class="line">
<div class="choice" role="group" aria-label="Show as">
<button type="button" data-show="table" aria-pressed="true">Table</button>
<button type="button" data-show="chart" aria-pressed="false">Chart</button>
</div>
<p class="faint" id="told" role="status"></p>
<button type="button" id="csv">CSV</button>
</div>
<div id="as-table" class="scroll" role="region" aria-label="Rows" tabindex="0"></div>
<div id="as-chart" hidden>
<form id="axes" class="line">
<label>Kind <select name="chart"><option>bar</option><option>line</option><option>area</option><option>row</option><option>pie</option></select></label>
<label>x <select name="x"></select></label>
<label>y <select name="y"></select></label>
</form>
<div class="answer" id="chart"></div>
</div>
</section>
</div>
</div>`,
});

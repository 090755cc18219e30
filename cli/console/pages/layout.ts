import { type Html, html, nothing, path } from './html.ts';
import { statePill } from './parts.ts';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Modules of `cli/console/page/` beside `main`. */
  readonly scripts?: readonly string[];
  readonly section?: 'overview' | 'dashboards' | 'sql';
}

const SECTIONS = [
  ['overview', 'Overview', '/'],
  ['dashboards', 'Dashboards', '/dashboards'],
  ['sql', 'SQL', '/sql'],
] as const;

const script = (name: string) =>
  html`<script type="module" src="/src/cli/console/page/${name}.ts"></script>`;

/** A whole page: no script, style or handler is written into it. */
export const layout = (page: Page, lake: string): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · Tributary</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/console.css">
<script src="/static/theme.js"></script>
${['main', ...(page.scripts ?? [])].map(script)}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
  <a class="brand" href="/"><img src="/static/icon.svg" alt="" width="24" height="24">Tributary</a>
  <nav aria-label="Main">
    ${SECTIONS.map(
      ([id, title, href]) =>
        html`<a href="${href}"${id === page.section ? html` aria-current="page"` : nothing}>${title}</a>`,
    )}
  </nav>
  <span class="lake" title="${lake}">${lake.split('/').slice(-2).join('/')}</span>
  <button type="button" class="quiet" id="theme" aria-label="Colours: as the system"></button>
</header>
<main id="content" tabindex="-1">
${page.body}
</main>
</body>
</html>`;

const TABS = [
  ['', 'Flow and tables'],
  ['dashboard', 'Dashboard'],
  ['runs', 'Runs'],
  ['checks', 'Checks'],
  ['quarantine', 'Quarantine'],
] as const;

export type Tab = (typeof TABS)[number][0];

export interface PipelineHead {
  readonly pipeline: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly state: string;
}

/** What all pages of a pipeline begin with: its name, its tabs, what one can do. */
export const pipelineHead = (
  { pipeline, title, description, state }: PipelineHead,
  tab?: Tab,
): Html => html`
<div class="head" data-pipeline="${pipeline}" id="pipeline">
  <div>
    <p class="crumbs"><a href="/">Overview</a> / ${pipeline}</p>
    <h1>${title} ${statePill(state)}</h1>
    ${description ? html`<p class="lead">${description}</p>` : nothing}
  </div>
  <div class="actions">
    <button type="button" class="primary" data-action="run">Run</button>
    <button type="button" data-action="backfill">Backfill</button>
    <button type="button" data-action="rollback">Roll back</button>
  </div>
</div>
<p class="notice" id="read-only" hidden>This page may look, but not change: for
that, open the address that <code>tributary serve</code> has printed.</p>
<section id="job" class="card job" aria-live="polite" hidden></section>
<nav class="tabs" aria-label="${title}">
  ${TABS.map(
    ([id, name]) =>
      html`<a href="${id === '' ? path('pipelines', pipeline) : path('pipelines', pipeline, id)}"${id === tab ? html` aria-current="page"` : nothing}>${name}</a>`,
  )}
</nav>`;

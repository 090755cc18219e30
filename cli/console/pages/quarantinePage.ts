import type { Reject } from '../../../engine/decode/decoded.ts';
import type { RejectsFile } from '../../../functions/quarantine/readRejects.ts';
import { html, path } from './html.ts';
import type { Page } from './layout.ts';
import { dataTable, empty, number } from './parts.ts';
import { headOf, type PipelineView } from './pipelinePage.ts';

/** The rejected records of one source in one run: how many and why. */
export interface Rejected {
  readonly file: RejectsFile;
  readonly reasons: readonly {
    readonly reason: string;
    readonly records: number;
  }[];
}

/** Some of a run's rejected records, as they came. */
export interface RawRejects {
  readonly run: string;
  readonly records: number;
  readonly shown: readonly (Reject & { readonly source: string })[];
}

/** A longer record is cut: the file has all of it. */
const MOST_RAW = 2000;

const rawText = (raw: string) =>
  raw.length <= MOST_RAW
    ? raw
    : `${raw.slice(0, MOST_RAW)} … and ${number(raw.length - MOST_RAW)} characters more`;

const rawRows = ({ run, records, shown }: RawRejects) => html`
<section class="card" aria-labelledby="raw">
<h2 id="raw">Records of run <code>${run}</code></h2>
<p class="faint">${number(shown.length)} of ${number(records)}, as they came.</p>
${dataTable(
  'Rejected records',
  [
    { title: 'Source' },
    { title: 'Place' },
    { title: 'Reason' },
    { title: 'Raw text' },
  ],
  shown.map(({ source, path: file, line, reason, raw }) => [
    source,
    html`<span class="wrap">${file}:${String(line)}</span>`,
    html`<span class="wrap">${reason}</span>`,
    html`<pre class="raw">${rawText(raw)}</pre>`,
  ]),
)}
</section>`;

/** What was set aside, why, and as what it came. */
export const quarantinePage = (
  view: PipelineView,
  rejected: readonly Rejected[],
  shown: RawRejects | undefined,
): Page => {
  const { pipeline } = view.plan;
  const href = (run: string) =>
    `${path('pipelines', pipeline, 'quarantine')}?run=${encodeURIComponent(run)}`;
  return {
    title: `Quarantine of ${pipeline}`,
    scripts: ['pipeline'],
    body: html`
${headOf(view, 'quarantine')}
<section class="card" aria-labelledby="set-aside">
<h2 id="set-aside">Set aside</h2>
${
  rejected.length === 0
    ? empty('Nothing is in quarantine.')
    : dataTable(
        'Set aside, by run, source and reason',
        [
          { title: 'Period' },
          { title: 'Source' },
          { title: 'Reason' },
          { title: 'Records', isNumber: true },
          { title: 'Run' },
        ],
        rejected.flatMap(({ file, reasons }) =>
          reasons.map(({ reason, records }) => [
            file.date,
            file.source,
            html`<span class="wrap">${reason}</span>`,
            number(records),
            html`<a href="${href(file.run)}"><code>${file.run}</code></a>`,
          ]),
        ),
      )
}
</section>
${shown ? rawRows(shown) : ''}
<p class="faint">When the cause is put right,
<code>npx tributary quarantine retry ${pipeline}</code> runs the same landed bytes again.</p>`,
  };
};

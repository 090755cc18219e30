import { formatNumber } from '../../../dashboards/format.ts';
import { durationText } from '../../output/quoteText.ts';
import { type Html, html, nothing } from './html.ts';

const TONES: Readonly<Record<string, string>> = {
  ok: 'good',
  published: 'good',
  passed: 'good',
  unchanged: 'good',
  running: 'busy',
  late: 'warn',
  warn: 'warn',
  quarantine: 'warn',
  killed: 'bad',
  failed: 'bad',
  broken: 'bad',
};

/** A word with a colour and a mark, so that the colour is not all there is. */
export const statePill = (state: string): Html =>
  html`<span class="pill ${TONES[state] ?? 'none'}">${state}</span>`;

export const number = (value: number): string => formatNumber(value);

/** A moment for people, with the exact one at hand. */
export const ago = (moment: string | undefined, now: Date): Html => {
  if (moment === undefined) return html`–`;
  const seconds = (now.getTime() - new Date(moment).getTime()) / 1000;
  const text =
    seconds < 1 ? 'just now' : `${durationText(Math.floor(seconds))} ago`;
  return html`<time datetime="${moment}" title="${moment}">${text}</time>`;
};

/** A time that something took; a short one in milliseconds. */
export const seconds = (value: number | undefined): string =>
  value === undefined
    ? '–'
    : value < 0.1
      ? `${Math.round(value * 1000)} ms`
      : durationText(value);

/** Dollars of a run: small ones are not rounded away. */
export const dollars = (value: number): string =>
  value > 0 && value < 0.01 ? 'below $0.01' : `$${value.toFixed(2)}`;

export interface Head {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** A table whose cells tell their column, which a phone shows beside them. */
export const dataTable = (
  caption: string,
  heads: readonly Head[],
  rows: readonly (readonly (Html | string)[])[],
): Html => html`
<div class="scroll" role="region" aria-label="${caption}, as a table" tabindex="0">
<table class="data">
<caption class="hidden">${caption}</caption>
<thead><tr>${heads.map(
  ({ title, isNumber }) =>
    html`<th scope="col"${isNumber ? html` class="number"` : nothing}>${title}</th>`,
)}</tr></thead>
<tbody>${rows.map(
  (row) =>
    html`<tr>${row.map(
      (cell, i) =>
        html`<td${heads[i]?.isNumber ? html` class="number"` : nothing} data-title="${heads[i]?.title ?? ''}">${cell}</td>`,
    )}</tr>`,
)}</tbody>
</table>
</div>`;

/** Terms and what they are. */
export const facts = (
  pairs: readonly (readonly [string, Html | string])[],
): Html => html`
<dl class="facts">${pairs.map(
  ([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`,
)}</dl>`;

/** What is shown where nothing is. */
export const empty = (text: Html | string): Html =>
  html`<p class="empty">${text}</p>`;

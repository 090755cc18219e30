import { durationText } from '../../output/quoteText.ts';
import { type Html, html, nothing } from './html.ts';

export interface SparkRun {
  readonly outcome: string;
  readonly seconds?: number | undefined;
  readonly period: string;
}

const [WIDTH, HEIGHT, GAP] = [6, 28, 2];

const tone = (outcome: string) =>
  outcome === 'failed' || outcome === 'killed'
    ? 'bad'
    : outcome === 'running'
      ? 'busy'
      : outcome === 'rolled back'
        ? 'none'
        : 'good';

/** The last runs as bars: how long each took, and how it ended. */
export const sparkline = (runs: readonly SparkRun[]): Html => {
  if (runs.length === 0) return nothing;
  const longest = Math.max(...runs.map(({ seconds = 0 }) => seconds), 0.001);
  const width = runs.length * (WIDTH + GAP);
  const bad = runs.filter(({ outcome }) => tone(outcome) === 'bad').length;
  const label = `The last ${runs.length} runs, ${bad} failed`;
  return html`<svg class="spark" role="img" aria-label="${label}" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}">${runs.map(
    ({ outcome, seconds = 0, period }, i) => {
      const height = Math.max(4, Math.round((seconds / longest) * HEIGHT));
      return html`<rect class="${tone(outcome)}" x="${i * (WIDTH + GAP)}" y="${HEIGHT - height}" width="${WIDTH}" height="${height}" rx="1"><title>${period}: ${outcome}, ${durationText(seconds)}</title></rect>`;
    },
  )}</svg>`;
};

import type { Backfill } from '../../functions/backfill/handler.ts';
import { dollarsText } from './dollarsText.ts';

/** Seconds for people: `0.4 s`, `12 s`, `3 min`, `2.5 h`. */
export const durationText = (seconds: number): string => {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Number((seconds / 3600).toFixed(1))} h`;
  return `${Number((seconds / 86_400).toFixed(1))} days`;
};

/** How long so many runs will take, as far as past runs tell. */
export const quoteText = (
  runs: number,
  parallel: number,
  quote: Backfill['quote'],
): string => {
  if (!quote) return 'no run is known that would tell how long it takes';
  const rounds = Math.ceil(runs / parallel);
  const total = durationText(rounds * quote.secondsPerRun);
  const past =
    quote.runs > 0
      ? `by ${quote.runs} past ${quote.runs === 1 ? 'run' : 'runs'}`
      : quote.how;
  return (
    `about ${total} (${durationText(quote.secondsPerRun)} a run, ${past}), ` +
    `${dollarsText(runs * quote.dollarsPerRun)} on AWS`
  );
};

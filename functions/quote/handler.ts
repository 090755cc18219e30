import { within } from '../../core/errors.ts';
import { roundDollars } from '../../core/price/priceUsage.ts';
import { backfill, periodsToRun } from '../backfill/handler.ts';
import type { RunOptions } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { readPeriodStates } from '../shared/periodStates.ts';
import { quoteRun, type RunQuote } from '../shared/quoteRun.ts';

export interface QuoteEvent {
  readonly pipeline: string;
  /** With one of both: of the periods that a backfill would run. */
  readonly from?: string;
  readonly to?: string;
  /** Also the periods that are published. */
  readonly force?: boolean;
  readonly options: RunOptions;
}

/** What a run, or a backfill, will take. Nothing is begun. */
export interface Quote extends RunQuote {
  readonly pipeline: string;
  /** How many runs it is of, and how many periods were looked at. */
  readonly toRun: number;
  readonly periods: number;
  /** Of all runs together, on AWS. */
  readonly dollars: number;
}

/**
 * Quotes the next run of a pipeline, or all that a backfill of a range would
 * run, in seconds and dollars.
 * @throws SourceError where neither a run nor recorded input can tell.
 */
export const quote = handler<QuoteEvent, Quote>(
  'quote',
  ['pipeline', 'options'],
  (platform) => async (event) => {
    const { pipeline, options, from, to } = event;
    const plan = await platform.definitions.plan(pipeline);
    try {
      const chosen =
        from !== undefined || to !== undefined
          ? await backfill(platform)(event)
          : undefined;
      const { runs } = await readPeriodStates(platform, plan, options);
      const one =
        chosen?.quote ?? (await quoteRun(platform, plan, options, runs));
      const toRun = chosen ? periodsToRun(chosen).length : 1;
      return {
        pipeline,
        ...one,
        toRun,
        periods: chosen?.periods.length ?? 1,
        dollars: roundDollars(toRun * one.dollarsPerRun),
      };
    } catch (error) {
      throw within(error, { pipeline });
    }
  },
  ['from', 'to', 'force'],
);

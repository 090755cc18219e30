import { type Quote, quote } from '../../functions/quote/handler.ts';
import type { RunOptions } from '../../functions/shared/events.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { dollarsText } from '../output/dollarsText.ts';
import { durationText } from '../output/quoteText.ts';
import { alignTable } from '../output/table.ts';
import { type InputOptions, runOptions } from '../runOnce.ts';
import { stageInput, stageOf } from '../stage/commands.ts';
import { choosePipelines } from './choosePipelines.ts';

export interface QuoteCommandOptions extends CommonOptions, InputOptions {
  readonly from?: string;
  readonly to?: string;
  readonly force?: boolean;
}

/** What is asked of the handler. */
export const quoteEvent = (
  pipeline: string,
  options: QuoteCommandOptions,
  input: RunOptions,
) => {
  const { from, to, force } = options;
  return {
    pipeline,
    options: input,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(force && { force }),
  };
};

/** A quote for people: the bill of one run, then of all. */
export const quoteReport = (quoted: Quote, isRange: boolean): string => {
  const { pipeline, secondsPerRun, dollarsPerRun, how, lines } = quoted;
  const { toRun, periods, dollars } = quoted;
  const bill = alignTable(
    ['service', 'what', 'quantity', 'dollars'],
    lines.map((line) => [
      ...[line.service, line.what, line.quantity],
      line.dollars.toFixed(9),
    ]),
  );
  const total =
    `${pipeline}: ${toRun} of ${periods} periods to run, about ` +
    `${dollarsText(dollars)} on AWS`;
  return [
    `${pipeline}: a run takes about ${durationText(secondsPerRun)} and costs ` +
      `about ${dollarsText(dollarsPerRun)} on AWS`,
    `(${how})`,
    '',
    bill,
    ...(isRange ? ['', total] : []),
  ].join('\n');
};

/** Tells what a run, or a backfill, will take; it begins nothing. */
export const quoteCommand = async (
  pipeline: string,
  options: QuoteCommandOptions,
): Promise<number> => {
  const stage = await stageOf(options);
  const platform = stage?.platform ?? platformOf(options);
  await choosePipelines(platform, [pipeline], options);
  const input = stage ? stageInput(options) : runOptions(options);
  const event = quoteEvent(pipeline, options, input);
  const quoted = stage
    ? await stage.invoke<Quote>('quote', event)
    : await quote(platform)(event);
  const isRange = options.from !== undefined || options.to !== undefined;
  console.log(
    options.json
      ? JSON.stringify(quoted, null, 1)
      : quoteReport(quoted, isRange),
  );
  return EXIT.ok;
};

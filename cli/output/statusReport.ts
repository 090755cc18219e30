import type { Status } from '../../functions/status/handler.ts';
import { dollarsText } from './dollarsText.ts';
import { localTime } from './localTime.ts';
import { durationText } from './quoteText.ts';
import { alignTable } from './table.ts';

/** A pipeline's status; or why nothing can be said of it. */
export type StatusResult =
  | Status
  | {
      readonly pipeline: string;
      readonly state: 'broken';
      readonly error: { readonly name: string; readonly message: string };
    };

const secondsBetween = (a: string, b: Date) =>
  Math.max(0, (b.getTime() - new Date(a).getTime()) / 1000);

/** All tables together: `130 (usually 125)`. */
const rowsText = ({ rows }: Status): string => {
  const sum = (of: (row: Status['rows'][number]) => number) =>
    rows.reduce((total, row) => total + of(row), 0);
  if (rows.length === 0) return '';
  return rows.every(({ usual }) => usual === undefined)
    ? `${sum((row) => row.rows)}`
    : `${sum((row) => row.rows)} (usually ${sum((row) => row.usual ?? 0)})`;
};

const lineOf = (result: StatusResult, now: Date): string[] => {
  const { pipeline, state } = result;
  if (state === 'broken') return [pipeline, state, '', '', '', '', '', ''];
  const { last, freshness, next, timezone } = result;
  const ended = last?.endedAt ?? last?.startedAt;
  return [
    pipeline,
    state,
    last ? `${last.outcome} ${last.period}` : '',
    ended ? `${durationText(secondsBetween(ended, now))} ago` : '',
    freshness.slaSeconds ? durationText(freshness.slaSeconds) : '',
    rowsText(result),
    last?.cost ? dollarsText(last.cost.dollars) : '',
    next ? localTime(next, timezone) : 'none',
  ];
};

const notesOf = (result: StatusResult): string[] => {
  if (result.state === 'broken') return [`broken: ${result.error.message}`];
  const { last, freshness, rows, timezone } = result;
  const { isLate, dueStart, deadline, slaSeconds } = freshness;
  const why =
    last?.error?.message.split('\n')[0] ??
    'the process ended before its run: the next run tidies up';
  return [
    ...(result.state === 'failed' ? [`failed: run ${last?.run}: ${why}`] : []),
    ...(isLate && dueStart && deadline && slaSeconds
      ? [
          `late: nothing is published since the start of ` +
            `${localTime(dueStart, timezone)}; due by ` +
            localTime(deadline, timezone),
        ]
      : []),
    ...rows
      .filter(({ isDrop }) => isDrop)
      .map(
        ({ table, rows: n, usual, runs, maxDrop }) =>
          `warning: ${table} has ${n} rows, usually ${usual} (${runs} ` +
          `${runs === 1 ? 'run' : 'runs'} before): a drop beyond ${maxDrop}`,
      ),
  ];
};

/** A line for each pipeline; below them what needs somebody. */
export const statusReport = (
  results: readonly StatusResult[],
  now: Date,
): string => {
  const header = [
    'pipeline',
    'state',
    'last run',
    'ended',
    'SLA',
    'rows',
    'on AWS',
    'next start',
  ];
  const notes = results.flatMap((result) =>
    notesOf(result).map((note) => `${result.pipeline}: ${note}`),
  );
  return [
    alignTable(
      header,
      results.map((result) => lineOf(result, now)),
    ),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
};

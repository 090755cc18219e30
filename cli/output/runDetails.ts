import type { RunNow } from '../commands/runs.ts';
import { dollarsText } from './dollarsText.ts';
import { alignTable } from './table.ts';

const section = (
  title: string,
  header: readonly string[],
  rows: readonly (readonly unknown[])[],
): string => {
  if (rows.length === 0) return '';
  const table = alignTable(header, rows)
    .split('\n')
    .map((line) => `  ${line}`);
  return `\n\n${title}\n${table.join('\n')}`;
};

const time = (iso: string) => iso.slice(11, 23);

const INPUT: Readonly<Record<string, string>> = {
  sample: 'the shipped sample',
  live: 'live',
};

const head = (run: RunNow): string => {
  const { startedAt, endedAt, seconds, engine, error, cost } = run;
  const ended = endedAt
    ? `${endedAt}, after ${seconds?.toFixed(2)} s`
    : 'not yet';
  return [
    `${run.pipeline} ${run.period}: ${run.outcome}`,
    '',
    `  run      ${run.run}`,
    `  date     ${run.date}`,
    `  input    ${INPUT[run.replay] ?? run.replay}`,
    `  started  ${startedAt}`,
    `  ended    ${ended}`,
    `  engine   ${engine.name}: ${engine.reason}`,
    ...(cost
      ? [
          `  cost     ${dollarsText(cost.dollars)}` +
            (cost.isEstimate ? ', had it run on AWS' : ''),
        ]
      : []),
    ...(error ? [`  error    ${error.name}: ${error.message}`] : []),
  ].join('\n');
};

const sumsUp = (s: RunNow['sources'][number]) =>
  s.landed === s.used + s.dropped + s.duplicates + s.quarantined;

/** One run for a reader: all that its ledger knows. */
export const runDetails = (run: RunNow): string =>
  [
    head(run),
    section(
      'Steps',
      ['step', 'source', 'started (UTC)', 'seconds', ''],
      run.steps.map(({ step, source, part, startedAt, seconds, failed }) => [
        step,
        part ? `${source} ${part.index + 1}/${part.of}` : source,
        time(startedAt),
        seconds.toFixed(3),
        failed ? 'failed' : '',
      ]),
    ),
    section(
      'Rows: landed = used + dropped + duplicates + quarantined',
      [
        ...['source', 'files', 'bytes', 'landed', 'used', 'dropped'],
        ...['duplicates', 'quarantined', ''],
      ],
      run.sources.map((s) => [
        ...[s.source, s.files, s.bytes, s.landed, s.used, s.dropped],
        ...[s.duplicates, s.quarantined],
        sumsUp(s) ? 'adds up' : 'does not add up',
      ]),
    ),
    section(
      'Schema of the input',
      ['source', 'column', '', 'first file', 'files'],
      run.sources.flatMap(({ source, schema = [] }) =>
        schema.map(({ column, change, file, files = '' }) => [
          ...[source, column],
          change === 'added' ? 'not declared, left out' : 'missing, NULL',
          ...[file, files],
        ]),
      ),
    ),
    section(
      'Tables',
      ['table', 'partition', 'rows', 'bytes', 'files', ''],
      run.tables.map((t) => [
        t.table,
        Object.entries(t.values)
          .map(([column, value]) => `${column}=${value}`)
          .join('/'),
        ...[t.rows, t.bytes, t.files],
        t.published === false ? 'kept: a newer snapshot is published' : '',
      ]),
    ),
    section(
      'Checks',
      ['relation', 'check', 'severity', 'result', 'bad rows', ''],
      run.checks.map((c) => [
        ...[c.relation, c.check, c.severity],
        ...[c.passed ? 'passed' : 'found', c.badRows, c.detail],
      ]),
    ),
    section(
      run.cost?.isEstimate ? 'Cost, had it run on AWS' : 'Cost',
      ['service', 'what', 'quantity', 'dollars'],
      (run.cost?.lines ?? []).map((line) => [
        ...[line.service, line.what, line.quantity],
        line.dollars.toFixed(9),
      ]),
    ),
    section(
      'Quarantine',
      ['source', 'reason', 'records'],
      run.sources.flatMap(({ source, reasons }) =>
        Object.entries(reasons).map(([reason, n]) => [source, reason, n]),
      ),
    ),
  ].join('');

import type { Ledger, Outcome } from '../../functions/shared/ledger.ts';
import { loadText } from './loadText.ts';
import { schemaLines } from './schemaLines.ts';
import { alignTable } from './table.ts';

const indent = (text: string) =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');

const problems = (ledger: Ledger) => [
  ...(ledger.loads ?? []).map(loadText),
  ...schemaLines(ledger.sources).map((line) => `schema: ${line}`),
  ...(ledger.notices ?? []).map((notice) => `notice: ${notice}`),
  ...ledger.checks
    .filter(({ passed, check }) => !passed && check !== 'rows add up')
    .map(
      ({ check, relation, severity, badRows, detail }) =>
        `${severity}: ${relation}: ${check}: ${badRows} ` +
        `${badRows === 1 ? 'row' : 'rows'}${detail ? ` (${detail})` : ''}`,
    ),
  ...ledger.sources.flatMap(({ source, reasons }) =>
    Object.entries(reasons)
      .filter(
        ([reason]) =>
          !ledger.checks.some(
            ({ check, relation }) => check === reason && relation === source,
          ),
      )
      .map(([reason, n]) => `quarantine: ${source}: ${reason}: ${n}`),
  ),
];

/** One run for a reader: rows that add up, tables, and what was noticed. */
export const runReport = (ledger: Ledger): string => {
  const sources = alignTable(
    ['source', 'landed', 'used', 'dropped', 'duplicates', 'quarantined'],
    ledger.sources.map((s) => [
      s.source,
      s.landed,
      s.used,
      s.dropped,
      s.duplicates,
      s.quarantined,
    ]),
  );
  const tables = alignTable(
    ['table', 'rows', 'bytes', ''],
    ledger.tables.map((t) => [
      `${ledger.pipeline}.${t.table}`,
      t.rows,
      t.bytes,
      t.published === false ? 'kept: a newer snapshot is published' : '',
    ]),
  );
  const found = problems(ledger);
  return [
    ...(ledger.sources.length ? [indent(sources), ''] : []),
    ...(ledger.tables.length ? [indent(tables), ''] : []),
    ...(found.length ? [indent(found.join('\n')), ''] : []),
  ].join('\n');
};

/** What a reader should know of the input, or nothing. */
const inputText = ({ steps, notices = [] }: Ledger): string => {
  const sum = (of: 'files' | 'reused') =>
    steps.reduce((total, step) => total + (step[of] ?? 0), 0);
  const reused = sum('reused');
  return [
    ...(reused > 0 ? [`, ${reused} of ${sum('files')} files unchanged`] : []),
    ...(notices.length > 0
      ? [`, ${notices.length} ${notices.length === 1 ? 'notice' : 'notices'}`]
      : []),
  ].join('');
};

/** The one line that says how a run ended. */
export const runLine = (ledger: Ledger): string => {
  const seconds = ledger.seconds?.toFixed(2) ?? '?';
  const moved = ledger.tables.filter(({ published }) => published !== false);
  const rows = moved.reduce((sum, t) => sum + t.rows, 0);
  const tables = `${moved.length} ${moved.length === 1 ? 'table' : 'tables'}`;
  const words: Partial<Record<Outcome, string>> = {
    published: `published ${tables}, ${rows} rows`,
    unchanged: 'unchanged, newer snapshots are published',
  };
  const what = words[ledger.outcome] ?? ledger.outcome;
  return (
    `${ledger.pipeline} ${ledger.period}: ${what} ` +
    `in ${seconds} s${inputText(ledger)} (run ${ledger.run})`
  );
};

import type { Check, Severity } from './check.ts';
import type { EngineName, Pipeline } from './definePipeline.ts';
import type { PeriodKind } from './period.ts';
import type { Contract, Scope, Source } from './source.ts';
import type { PeriodPart, Table, TableMode } from './table.ts';

const PERIODS: readonly PeriodKind[] = ['day', 'month', 'snapshot'];
const ENGINES: readonly EngineName[] = ['duckdb', 'spark'];
const SCOPES: readonly Scope[] = ['full', 'period', 'changes'];
const CONTRACTS: readonly Contract[] = ['freeze', 'discard', 'evolve'];
const MODES: readonly TableMode[] = ['replace', 'merge', 'partition'];
const PARTS: readonly PeriodPart[] = ['date', 'year', 'month'];
const SEVERITIES: readonly Severity[] = ['fail', 'quarantine', 'warn'];

const oneOf = (
  at: string,
  word: string | undefined,
  words: readonly string[],
): string[] =>
  word === undefined || words.includes(word)
    ? []
    : [`${at} is "${word}": it must be one of ${words.join(', ')}`];

const ofSource = ({ name, scope, contract }: Source) => [
  ...oneOf(`source ${name}: its scope`, scope, SCOPES),
  ...oneOf(`source ${name}: its contract`, contract, CONTRACTS),
];

const ofTable = ({ name, mode, partitionBy }: Table) => [
  ...oneOf(`table ${name}: its mode`, mode, MODES),
  ...Object.entries(partitionBy).flatMap(([column, part]) =>
    oneOf(`table ${name}: what "${column}" holds of the period`, part, PARTS),
  ),
];

const ofCheck = ({ name, severity }: Check) =>
  oneOf(`check "${name}": its severity`, severity, SEVERITIES);

/**
 * Words that mean nothing, which the compiler of TypeScript finds as well:
 * whoever edits a definition without it is told here.
 */
export const wordFaults = (pipeline: Pipeline): string[] => [
  ...oneOf('its period', pipeline.period, PERIODS),
  ...oneOf('its engine', pipeline.engine, ENGINES),
  ...pipeline.sources.flatMap(ofSource),
  ...pipeline.tables.flatMap(ofTable),
  ...(pipeline.checks ?? []).flatMap(ofCheck),
];

const unknown = (
  relation: string,
  columns: Readonly<Record<string, unknown>>,
  used: Readonly<Record<string, readonly (string | undefined)[]>>,
): string[] =>
  Object.entries(used).flatMap(([what, names]) =>
    names
      .filter((name) => name !== undefined && !Object.hasOwn(columns, name))
      .map(
        (name) =>
          `${relation}: ${what} names "${name}", which is none of its ` +
          `columns: ${Object.keys(columns).join(', ')}`,
      ),
  );

/** Columns that sources and tables name and do not have. */
export const referenceFaults = ({ sources, tables }: Pipeline): string[] => [
  ...sources.flatMap((source) => {
    const { name, columns, kind, from, oneRowPer, watermark, period } = source;
    return unknown(`source ${name}`, columns, {
      oneRowPer: [...(oneRowPer?.key ?? []), oneRowPer?.newest],
      key: kind === 'mysql' ? [String(from?.key)] : [],
      watermark: [watermark],
      period: [period],
    });
  }),
  ...tables.flatMap(({ name, columns, key, newest, sortBy }) =>
    unknown(`table ${name}`, columns, { key, newest: [newest], sortBy }),
  ),
];

import type { Columns } from './column.ts';
import { dashboardFaults } from './dashboardFaults.ts';
import { destinationFaults, mysqlFaults } from './databaseFaults.ts';
import type { Pipeline } from './definePipeline.ts';
import { folderFaults } from './folder.ts';
import { httpFaults } from './httpFaults.ts';
import { type PeriodKind, parseDay } from './period.ts';
import { parseSchedule } from './schedule.ts';
import type { Source } from './source.ts';
import type { PeriodPart, Table } from './table.ts';
import { referenceFaults, wordFaults } from './wordFaults.ts';
import { workersFaults } from './workers.ts';

const NAME = /^[a-z][a-z0-9_]*$/;
const RESERVED = new Set(['run', 'ops', 'main', 'information_schema']);
const TOKEN = /\{(yyyy|MM|dd)\}/;

/** Partition values that name one period and no other, by its kind. */
const WHOLE: Readonly<Record<PeriodKind, readonly PeriodPart[][]>> = {
  day: [['date']],
  month: [['year', 'month'], ['date']],
  snapshot: [['date']],
};

const repeated = (names: readonly string[]) => [
  ...new Set(names.filter((name, i) => names.indexOf(name) !== i)),
];

/** What every engine can hold: 38 digits at most. */
const isDecimal = (type: string) => {
  const [, digits, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  const [p, s] = [Number(digits), Number(scale)];
  return p >= 1 && p <= 38 && s <= p;
};

const columnFaults = (relation: string, columns: Columns): string[] =>
  Object.entries(columns).flatMap(([name, { type }]) => {
    const at = `column "${name}" of ${relation}`;
    return [
      ...(NAME.test(name)
        ? []
        : [`${at}: use lower case letters, digits and _`]),
      ...(type.startsWith('decimal') && !isDecimal(type)
        ? [`${at}: ${type} needs 1 to 38 digits, 0 to all after the point`]
        : []),
    ];
  });

const nameFaults = (pipeline: Pipeline): string[] => {
  const faults: string[] = [];
  const relations = [...pipeline.sources, ...pipeline.tables];
  for (const { name } of [pipeline, ...relations])
    if (!NAME.test(name) || RESERVED.has(name))
      faults.push(
        `the name "${name}" is not allowed: use lower case letters, digits ` +
          `and _, and not ${[...RESERVED].join(', ')}`,
      );
  for (const name of repeated(relations.map(({ name }) => name)))
    faults.push(`"${name}" is declared twice among its sources and tables`);
  for (const { name, columns } of relations)
    faults.push(...columnFaults(name, columns));
  return faults;
};

/** Columns that the source's form does not have, so that they would be NULL. */
const formFaults = ({ name, columns, recording }: Source): string[] => {
  const { format } = recording.form;
  const isPlaced = format !== 'csv' && format !== 'parquet';
  return Object.entries(columns).flatMap(([column, { origin, from }]) => {
    const at = `source ${name}: column "${column}"`;
    if (origin)
      return isPlaced
        ? []
        : [`${at} is a record's place, unknown in ${format}`];
    const isListed = ['code', 'label'].includes((from ?? column).trim());
    return format === 'values' && !isListed
      ? [`${at} is neither "code" nor "label" of the value list`]
      : [];
  });
};

const sourceFaults = (source: Source): string[] => {
  const at = `source ${source.name}`;
  const faults = formFaults(source);
  const { format } = source.recording.form;
  if (source.contract && (format === 'values' || format === 'text'))
    faults.push(`${at} has a contract, but ${format} has no columns to differ`);
  const tokens = TOKEN.test(source.recording.files);
  if (source.scope !== 'period' && (source.period || tokens))
    faults.push(`${at} names its period but its scope is "${source.scope}"`);
  if (source.scope === 'changes' && !source.watermark)
    faults.push(`${at} has scope "changes" and no watermark column`);
  if (source.maxRejected < 0 || source.maxRejected > 1)
    faults.push(`${at}: maxRejected is a share between 0 and 1`);
  if (source.oneRowPer && source.oneRowPer.key.length === 0)
    faults.push(`${at}: oneRowPer names no column`);
  return faults;
};

const tableFaults = (
  table: Table,
  { period, sources }: Pick<Pipeline, 'period' | 'sources'>,
): string[] => {
  const at = `table ${table.name}`;
  const faults: string[] = [];
  const parts = Object.keys(table.partitionBy);
  if (table.mode === 'merge' && table.key.length === 0)
    faults.push(`${at} merges and has no key`);
  if (table.mode !== 'partition') return faults;
  if (parts.length === 0)
    faults.push(`${at} has mode "partition" and no partition column`);
  const last = Object.keys(table.columns).slice(-parts.length);
  if (parts.length > 0 && last.join() !== parts.join())
    faults.push(
      `${at}: its last columns must be ${parts.join(', ')}, as Athena puts ` +
        `partition columns last, but they are ${last.join(', ')}`,
    );
  const held = new Set(Object.values(table.partitionBy));
  const isWhole = WHOLE[period].some((all) => all.every((p) => held.has(p)));
  if (parts.length > 0 && !isWhole)
    faults.push(
      `${at}: a run would replace more than its ${period}: partition by ` +
        `${WHOLE[period].map((all) => all.join(' and ')).join(', or by ')}`,
    );
  if (!sources.some(({ scope }) => scope === 'period'))
    faults.push(
      `${at} is partitioned, but no source has scope "period": ` +
        'use mode "replace" or "merge"',
    );
  return faults;
};

const fileFaults = (
  pipeline: Pipeline,
  files: Readonly<Record<string, string>>,
): string[] => {
  const wanted = new Map<string, string>();
  for (const { name } of pipeline.tables)
    wanted.set(`sql/${name}.sql`, `table ${name} is never made`);
  for (const { name } of pipeline.queries ?? [])
    wanted.set(`queries/${name}.sql`, `saved query ${name} has no SQL`);
  for (const { sql, title } of pipeline.dashboard ?? [])
    if (sql) wanted.set(`cards/${sql}.sql`, `card "${title}" has no SQL`);
  const missing = [...wanted]
    .filter(([path]) => files[path] === undefined)
    .map(([path, what]) => `${what}: write ${path}`);
  const unknown = Object.keys(files)
    .filter(
      (path) => !wanted.has(path.replace(/\.(spark|athena)\.sql$/, '.sql')),
    )
    .map((path) => `${path} belongs to nothing that pipeline.ts declares`);
  return [...missing, ...unknown];
};

const scheduleFaults = (pipeline: Pipeline): string[] => {
  const faults: string[] = [];
  try {
    parseSchedule(pipeline.schedule);
  } catch (error) {
    faults.push(`schedule "${pipeline.schedule}": ${(error as Error).message}`);
  }
  if (pipeline.sla !== undefined && !(pipeline.sla > 0))
    faults.push(`sla is ${pipeline.sla} seconds: it must be above 0`);
  try {
    const { timezone } = pipeline;
    // The list is read in a tenth of the time, but has no aliases.
    if (timezone && !Intl.supportedValuesOf('timeZone').includes(timezone))
      new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    faults.push(
      `timezone "${pipeline.timezone}" is unknown: write one such as ` +
        'Europe/Paris',
    );
  }
  try {
    if (pipeline.startDate) parseDay(pipeline.startDate);
  } catch (error) {
    faults.push(`startDate: ${(error as Error).message}`);
  }
  return faults;
};

const dropFaults = (pipeline: Pipeline): string[] =>
  [pipeline, ...pipeline.tables].flatMap(({ name, maxDrop }) =>
    maxDrop === undefined || (maxDrop > 0 && maxDrop < 1)
      ? []
      : [
          `maxDrop of ${name} is ${maxDrop}: it is a share, above 0 and ` +
            'below 1',
        ],
  );
const retentionFaults = ({ retention = {} }: Pipeline): string[] => {
  const { keep = 0, olderThan = 0 } = retention;
  return [
    ...(Number.isInteger(keep) && keep >= 0
      ? []
      : [`retention.keep is ${keep}: it must be a whole number of runs`]),
    ...(olderThan >= 0
      ? []
      : [
          `retention.olderThan is ${olderThan} seconds: it must not be below 0`,
        ]),
  ];
};

const checkFaults = (pipeline: Pipeline): string[] => {
  const names = new Set(
    [...pipeline.sources, ...pipeline.tables].map(({ name }) => name),
  );
  const checks = pipeline.checks ?? [];
  const unknown = checks
    .flatMap(({ name, relation, rule }) =>
      (rule.kind === 'references' ? [relation, rule.target] : [relation]).map(
        (used) => ({ name, used }),
      ),
    )
    .filter(({ used }) => !names.has(used))
    .map(
      ({ name, used }) =>
        `check "${name}" is on ${used}, which is none of the sources and ` +
        `tables here: ${[...names].join(', ')}`,
    );
  const twice = repeated(checks.map((c) => `${c.relation}: ${c.name}`));
  return [...unknown, ...twice.map((name) => `check "${name}" occurs twice`)];
};

/** All that is wrong with a definition, as far as it shows without SQL. */
export const findFaults = (
  pipeline: Pipeline,
  files: Readonly<Record<string, string>>,
): string[] => {
  const words = wordFaults(pipeline);
  // Whatever follows relies on them.
  if (words.length > 0) return words;
  return [
    ...nameFaults(pipeline),
    ...scheduleFaults(pipeline),
    ...dropFaults(pipeline),
    ...retentionFaults(pipeline),
    ...workersFaults(pipeline),
    ...referenceFaults(pipeline),
    ...pipeline.sources.flatMap(sourceFaults),
    ...pipeline.sources.flatMap((s) => mysqlFaults(s, pipeline.engine)),
    ...httpFaults(pipeline.sources),
    ...folderFaults(pipeline.sources),
    ...pipeline.tables.flatMap((table) => tableFaults(table, pipeline)),
    ...checkFaults(pipeline),
    ...dashboardFaults(pipeline),
    ...destinationFaults(pipeline),
    ...fileFaults(pipeline, files),
  ];
};

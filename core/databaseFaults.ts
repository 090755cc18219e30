import type { Pipeline } from './definePipeline.ts';
import type { Source } from './source.ts';

const NAME = /^[a-z][a-z0-9_]*$/;
/** The schema in which a load remembers what it has loaded. */
const OWN = 'tributary';

/** Whether the Spark job reads a source's live table itself. */
export const isReadByJob = ({
  from,
}: {
  readonly from?: Source['from'] | undefined;
}): boolean => from?.read === 'job';

const WHOLE = ['int', 'bigint'];

/** What keeps the Spark job from reading a table in parts. */
const jobFaults = (
  { name, from, columns }: Source,
  engine: Pipeline['engine'],
): string[] => {
  const { key = '', connections } = (from ?? {}) as {
    readonly key?: string;
    readonly connections?: number;
  };
  if (!isReadByJob({ from }))
    return connections === undefined
      ? []
      : [`source ${name} has connections, but not read: 'job'`];
  return [
    ...(engine === 'duckdb'
      ? [
          `source ${name} is read by the Spark job, but the pipeline pins ` +
            'the engine duckdb',
        ]
      : []),
    ...(WHOLE.includes(columns[key]?.type ?? '')
      ? []
      : [
          `source ${name} is read by the Spark job in parts by its key ` +
            `"${key}": it must be an int or a bigint`,
        ]),
    ...(connections === undefined ||
    (Number.isInteger(connections) && connections >= 1)
      ? []
      : [
          `source ${name}: connections is ${connections}: it must be a whole ` +
            'number from 1',
        ]),
  ];
};

/** What a page of a database table cannot go by. */
export const mysqlFaults = (
  source: Source,
  engine?: Pipeline['engine'],
): string[] => {
  const { kind, name, scope, columns, watermark } = source;
  if (kind !== 'mysql') return [];
  const { epoch, format } = columns[watermark ?? ''] ?? {};
  return [
    ...(scope === 'period'
      ? [`source ${name} is a table: its scope is "changes" or "full"`]
      : []),
    ...(epoch || format
      ? [
          `source ${name}: its watermark "${watermark}" is compared as the ` +
            'server has it: declare it without epoch and format',
        ]
      : []),
    ...jobFaults(source, engine),
  ];
};

/** What cannot be loaded, or would be loaded twice. */
export const destinationFaults = (pipeline: Pipeline): string[] => {
  const destinations = pipeline.destinations ?? [];
  const names = pipeline.tables.map(({ name }) => name);
  const schemaOf = (schema = pipeline.name) => schema;
  const places = destinations.map((d) => `${d.secret}, ${schemaOf(d.schema)}`);
  return [
    ...destinations.flatMap(({ schema, secret, tables = [] }) => [
      ...(NAME.test(schemaOf(schema)) && schema !== OWN
        ? []
        : [
            `destination ${secret}: the schema "${schema}" is not allowed: ` +
              'use lower case letters, digits and _, and not tributary',
          ]),
      ...tables
        .filter((table) => !names.includes(table))
        .map((table) => `destination ${secret}: there is no table ${table}`),
    ]),
    ...places
      .filter((place, i) => places.indexOf(place) !== i)
      .map((place) => `destination ${place} occurs twice`),
  ];
};

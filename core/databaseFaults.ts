import type { Pipeline } from './definePipeline.ts';
import type { Source } from './source.ts';

const NAME = /^[a-z][a-z0-9_]*$/;
/** The schema in which a load remembers what it has loaded. */
const OWN = 'tributary';

/** What a page of a database table cannot go by. */
export const mysqlFaults = ({
  kind,
  name,
  scope,
  columns,
  watermark,
}: Source): string[] => {
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

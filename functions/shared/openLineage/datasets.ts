import type { ColumnType } from '../../../core/column.ts';
import type {
  ColumnLineage,
  Field,
  PlanLineage,
} from '../../../core/lineage.ts';
import type { Plan } from '../../../core/plan.ts';
import type { Ledger } from '../ledger.ts';
import { facet } from './facets.ts';

/** What datasets are named by: `<pipeline>.<relation>` in a namespace. */
export interface Names {
  readonly namespace: string;
  readonly plan: Plan;
}

const idOf = ({ namespace, plan }: Names, relation: string) => ({
  namespace,
  name: `${plan.pipeline}.${relation}`,
});

const schema = (
  columns: readonly {
    readonly name: string;
    readonly type: ColumnType;
    readonly doc?: string;
  }[],
) =>
  facet('SchemaDatasetFacet', {
    fields: columns.map(({ name, type, doc }, i) => ({
      name,
      type,
      ...(doc !== undefined && { description: doc }),
      ordinal_position: i + 1,
    })),
  });

const columnsOf = ({ plan }: Names, relation: string) =>
  [...plan.sources, ...plan.tables].find(({ name }) => name === relation)
    ?.columns ?? [];

const SUBTYPES = {
  'as it is': 'IDENTITY',
  cast: 'TRANSFORMATION',
  computed: 'TRANSFORMATION',
  aggregated: 'AGGREGATION',
} as const;

const USES = {
  join: 'JOIN',
  filter: 'FILTER',
  group: 'GROUP_BY',
  order: 'SORT',
  window: 'WINDOW',
  key: 'CONDITIONAL',
  quarantine: 'FILTER',
} as const;

const inputField = (
  names: Names,
  { relation, column }: Field,
  transformations: readonly {
    readonly type: string;
    readonly subtype: string;
  }[],
) => ({ ...idOf(names, relation), field: column, transformations });

/** The run's own row is no dataset. */
const isData = ({ relation }: Field) => relation !== 'run';

const values = (names: Names, { column, derivation, from }: ColumnLineage) => [
  column,
  {
    inputFields: from
      .filter(isData)
      .map((field) =>
        inputField(names, field, [
          { type: 'DIRECT', subtype: SUBTYPES[derivation] },
        ]),
      ),
  },
];

/** A table's columns, each with the columns that its values are made of. */
export const columnLineage = (
  names: Names,
  lineage: PlanLineage,
  table: string,
): object | undefined => {
  const made = lineage.relations.find(
    ({ kind, name }) => kind === 'table' && name === table,
  );
  if (!made) return undefined;
  return facet('ColumnLineageDatasetFacet', {
    fields: Object.fromEntries(made.columns.map((one) => values(names, one))),
    dataset: made.rows.filter(isData).map((field) =>
      inputField(
        names,
        field,
        [...new Set(field.uses.map((use) => USES[use]))].map((subtype) => ({
          type: 'INDIRECT',
          subtype,
        })),
      ),
    ),
  });
};

const inputStatistics = (ledger: Ledger, relation: string) => {
  const source = ledger.sources.find((one) => one.source === relation);
  const table = ledger.tables.find((one) => one.table === relation);
  const content = source
    ? { rowCount: source.used, size: source.bytes, fileCount: source.files }
    : table && { rowCount: table.rows, size: table.bytes };
  return content && facet('InputStatisticsInputDatasetFacet', content);
};

/** What a job read, with its columns and, once known, how much it was. */
export const inputDataset = (
  names: Names,
  ledger: Ledger,
  relation: string,
): object => {
  const statistics = inputStatistics(ledger, relation);
  return {
    ...idOf(names, relation),
    facets: { schema: schema(columnsOf(names, relation)) },
    ...(statistics && { inputFacets: { inputStatistics: statistics } }),
  };
};

/** What a job made; with lineage and size where it is published. */
export const outputDataset = (
  names: Names,
  ledger: Ledger,
  table: string,
  lineage: PlanLineage | undefined,
): object => {
  const written = ledger.tables.find((one) => one.table === table);
  const columns = lineage && columnLineage(names, lineage, table);
  return {
    ...idOf(names, table),
    facets: {
      schema: schema(columnsOf(names, table)),
      ...(columns && { columnLineage: columns }),
    },
    ...(written && {
      outputFacets: {
        outputStatistics: facet('OutputStatisticsOutputDatasetFacet', {
          rowCount: written.rows,
          size: written.bytes,
          ...(written.files !== undefined && { fileCount: written.files }),
        }),
      },
    }),
  };
};

/** The relations of the plan that a job reads, and that are datasets. */
export const datasetsRead = (
  { plan }: Names,
  lineage: PlanLineage | undefined,
  table: string,
): string[] => {
  const reads = lineage?.relations.find(({ name }) => name === table)?.reads;
  const known = [...plan.sources, ...plan.tables].map(({ name }) => name);
  return known.filter((name) => reads?.includes(name));
};

import type { Column, TableInput } from '@aws-sdk/client-glue';
import type { CatalogTable, Snapshot } from '../../core/catalog.ts';

/** Which version of the pipeline's state moved a table, or a partition. */
export const VERSION = 'tributary.version';
const RUN = 'tributary.run';

const PARQUET = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat:
    'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: {
    SerializationLibrary:
      'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
  },
} as const;

/** Where a table is, and by which version of its pipeline's state. */
export interface GlueMove {
  readonly bucket: string;
  readonly database: string;
  readonly version: number;
}

const uriOf = (bucket: string, location: string) =>
  `s3://${bucket}/${location}`;

/** The types of columns have the names that Glue knows. */
const columnsOf = (
  { columns, partitionBy }: CatalogTable,
  isPartition: boolean,
): Column[] =>
  columns
    .filter(({ name }) => partitionBy.includes(name) === isPartition)
    .map(({ name, type }) => ({ Name: name, Type: type }));

/**
 * An unpartitioned table is where its only snapshot is. One without a snapshot
 * points to where nothing is, and so has no rows.
 */
const locationOf = (
  { partitionBy, partitions }: CatalogTable,
  name: string,
): string => {
  const [only] = partitions;
  if (partitionBy.length === 0 && only) return only.location;
  return `tables/none/${name}/`;
};

export const tableInput = (
  name: string,
  table: CatalogTable,
  { bucket, version }: GlueMove,
): TableInput => ({
  Name: name,
  TableType: 'EXTERNAL_TABLE',
  Parameters: {
    EXTERNAL: 'TRUE',
    classification: 'parquet',
    [VERSION]: String(version),
    [RUN]: table.partitions.at(-1)?.run ?? '',
  },
  PartitionKeys: table.partitionBy.map((column) => ({
    Name: column,
    Type: table.columns.find(({ name: n }) => n === column)?.type ?? 'string',
  })),
  StorageDescriptor: {
    ...PARQUET,
    Columns: columnsOf(table, false),
    Location: uriOf(bucket, locationOf(table, name)),
  },
});

/** A partition's values, in the order of the table's partition columns. */
export const valuesOf = (
  { partitionBy }: CatalogTable,
  { values }: Snapshot,
): string[] => partitionBy.map((column) => values[column] ?? '');

export const partitionInput = (
  table: CatalogTable,
  snapshot: Snapshot,
  { bucket, version }: GlueMove,
) => ({
  Values: valuesOf(table, snapshot),
  Parameters: { [VERSION]: String(version), [RUN]: snapshot.run },
  StorageDescriptor: {
    ...PARQUET,
    Columns: columnsOf(table, false),
    Location: uriOf(bucket, snapshot.location),
  },
});

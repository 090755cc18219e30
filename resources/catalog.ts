import { OPS_COLUMNS } from '../functions/shared/ops.ts';
import {
  pascal,
  type Resource,
  type Resources,
  ref,
  sub,
} from './cloudFormation.ts';
import { namesOf, type Stack } from './settings.ts';

export const databaseId = (name: string) => `${pascal(name)}Database`;

const database = (stack: Stack, name: string, about: string): Resource => ({
  Type: 'AWS::Glue::Database',
  Properties: {
    CatalogId: ref('AWS::AccountId'),
    DatabaseInput: {
      Name: namesOf(stack.stage).database(name),
      Description: about,
    },
  },
});

/** JSON lines that runs add to, a file each: nobody moves a pointer of it. */
const opsTable = (name: keyof typeof OPS_COLUMNS): Resource => ({
  Type: 'AWS::Glue::Table',
  Properties: {
    CatalogId: ref('AWS::AccountId'),
    DatabaseName: ref(databaseId('ops')),
    TableInput: {
      Name: name,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { classification: 'json' },
      StorageDescriptor: {
        Location: sub(`s3://$\{LakeBucket}/ops/${name}/`),
        InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        OutputFormat:
          'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        SerdeInfo: {
          SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
        },
        Columns: OPS_COLUMNS[name].map((column) => ({
          Name: column.name,
          Type: column.type,
        })),
      },
    },
  },
});

/**
 * A database for each pipeline. Its tables belong to the runs: the first
 * publish makes them, the later ones move them, so no deploy moves a pointer.
 */
export const catalog = (stack: Stack): Resources => ({
  ...Object.fromEntries(
    stack.plans.map(({ pipeline, title }) => [
      databaseId(pipeline),
      database(stack, pipeline, title),
    ]),
  ),
  [databaseId('ops')]: database(stack, 'ops', 'Runs and their checks'),
  OpsRunsTable: opsTable('runs'),
  OpsChecksTable: opsTable('checks'),
});

import { databaseId } from './catalog.ts';
import {
  pascal,
  type Resource,
  type Resources,
  ref,
  sub,
} from './cloudFormation.ts';
import { namesOf, type Stack } from './settings.ts';

/** A workgroup that bounds what a query may cost. */
export const workgroupOf = (
  stack: Stack,
  name: string,
  about: string,
  prefix: string,
): Resource => ({
  Type: 'AWS::Athena::WorkGroup',
  Properties: {
    Name: name,
    Description: about,
    RecursiveDeleteOption: !stack.isKept,
    WorkGroupConfiguration: {
      EnforceWorkGroupConfiguration: true,
      PublishCloudWatchMetricsEnabled: true,
      BytesScannedCutoffPerQuery: stack.queryGigabytes * 1e9,
      EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      ResultConfiguration: {
        OutputLocation: sub(`s3://$\{ResultsBucket}/${prefix}/`),
        EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
      },
    },
  },
});

/** The workgroup of the stage, and the saved queries. */
export const athena = (stack: Stack): Resources => ({
  Workgroup: workgroupOf(
    stack,
    namesOf(stack.stage).workgroup,
    'Queries of the pipelines’ tables',
    'athena',
  ),
  ...Object.fromEntries(
    stack.plans.flatMap(({ pipeline, queries }) =>
      queries.map((query) => [
        `${pascal(pipeline)}${query.name.split('_').map(pascal).join('')}Query`,
        {
          Type: 'AWS::Athena::NamedQuery',
          Properties: {
            Name: query.name,
            Description: query.title,
            Database: ref(databaseId(pipeline)),
            WorkGroup: ref('Workgroup'),
            QueryString: query.sql.athena ?? query.sql.text,
          },
        },
      ]),
    ),
  ),
});

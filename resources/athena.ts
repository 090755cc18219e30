import { databaseId } from './catalog.ts';
import { pascal, type Resources, ref, sub } from './cloudFormation.ts';
import { namesOf, type Stack } from './settings.ts';

/** The workgroup that bounds what a query may cost, and the saved queries. */
export const athena = (stack: Stack): Resources => ({
  Workgroup: {
    Type: 'AWS::Athena::WorkGroup',
    Properties: {
      Name: namesOf(stack.stage).workgroup,
      Description: 'Queries of the pipelines’ tables',
      RecursiveDeleteOption: !stack.isKept,
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        PublishCloudWatchMetricsEnabled: true,
        BytesScannedCutoffPerQuery: stack.queryGigabytes * 1e9,
        EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
        ResultConfiguration: {
          OutputLocation: sub('s3://$' + '{ResultsBucket}/athena/'),
          EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
        },
      },
    },
  },
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

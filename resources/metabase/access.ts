import type { Statement } from '../access.ts';
import { statementsOf, trust } from '../access.ts';
import { arn, att, type Resources, ref, sub } from '../cloudFormation.ts';
import { namesOf, objectsArn, type Stack } from '../settings.ts';

const allows = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly unknown[],
): Statement => ({ Sid, Effect: 'Allow', Action, Resource });

/** Athena wants to look at the database `default`, whatever it is asked. */
const catalogArns = ({ plans, stage }: Stack) => [
  arn('glue', 'catalog'),
  arn('glue', 'database/default'),
  ...[...plans.map(({ pipeline }) => pipeline), 'ops'].flatMap((name) => {
    const database = namesOf(stage).database(name);
    return [
      arn('glue', `database/${database}`),
      arn('glue', `table/${database}/*`),
    ];
  }),
];

/** What Metabase may do: ask Athena of this stage's tables, and write nothing. */
const taskStatements = (stack: Stack): Statement[] => {
  const { metabase } = namesOf(stack.stage);
  return [
    allows(
      'Ask',
      [
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:GetQueryResultsStream',
        'athena:GetWorkGroup',
      ],
      [arn('athena', `workgroup/${metabase}`)],
    ),
    allows(
      'Names',
      [
        'athena:GetDataCatalog',
        'athena:ListDatabases',
        'athena:ListTableMetadata',
        'athena:GetTableMetadata',
      ],
      [arn('athena', 'datacatalog/AwsDataCatalog')],
    ),
    // These actions know no resource.
    allows(
      'Lists',
      ['athena:ListDataCatalogs', 'athena:ListWorkGroups'],
      ['*'],
    ),
    allows(
      'Catalog',
      [
        'glue:GetDatabase',
        'glue:GetDatabases',
        'glue:GetTable',
        'glue:GetTables',
        'glue:GetTableVersion',
        'glue:GetTableVersions',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:BatchGetPartition',
      ],
      catalogArns(stack),
    ),
    ...statementsOf(stack, {
      read: ['lake:tables/', 'lake:ops/', 'results:metabase/'],
      write: ['results:metabase/'],
    }),
    allows(
      'Where',
      ['s3:GetBucketLocation'],
      [att('LakeBucket'), att('ResultsBucket')],
    ),
    allows(
      'Parts',
      ['s3:ListMultipartUploadParts'],
      [objectsArn('results', 'metabase/')],
    ),
  ];
};

/** What ECS may do before Metabase runs: read its secrets, open its log. */
const startStatements = (): Statement[] => [
  allows(
    'Secrets',
    ['secretsmanager:GetSecretValue'],
    [ref('MetabaseKey'), att('MetabaseDatabase', 'MasterUserSecret.SecretArn')],
  ),
  allows(
    'Log',
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    [sub(`$\{MetabaseLog.Arn}`)],
  ),
];

const role = (service: string, Statement: readonly Statement[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust(service),
    Policies: [
      {
        PolicyName: 'own',
        PolicyDocument: { Version: '2012-10-17', Statement },
      },
    ],
  },
});

export const metabaseRoles = (stack: Stack): Resources => ({
  MetabaseTaskRole: role('ecs-tasks.amazonaws.com', taskStatements(stack)),
  MetabaseStartRole: role('ecs-tasks.amazonaws.com', startStatements()),
});

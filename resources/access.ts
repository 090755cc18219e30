import { arn, att, ref, sub } from './cloudFormation.ts';
import { findFolders, findSecrets } from './findSources.ts';
import { mysqlSecret } from './mysql/mysql.ts';
import { secretId } from './secrets.ts';
import {
  ASYNCHRONOUS,
  BUCKETS,
  type BucketName,
  namesOf,
  objectsArn,
  type Stack,
} from './settings.ts';

/** A prefix of keys in a bucket: `lake:runs/`. */
export type Place = `${BucketName}:${string}/`;

/** What a function may do. What is not named it may not. */
export interface Access {
  readonly read?: readonly Place[];
  readonly write?: readonly Place[];
  readonly remove?: readonly Place[];
  /** The tables of the pipelines: see what readers see, or move it. */
  readonly catalog?: 'read' | 'write';
  /** Takes and gives back locks. */
  readonly locks?: boolean;
  /** Asks how executions stand, and lists them. */
  readonly executions?: boolean;
  readonly starts?: boolean;
  readonly callbacks?: boolean;
  readonly startsJobs?: boolean;
  readonly findsJobs?: boolean;
  readonly stopsJobs?: boolean;
  /** Reads the secrets that the sources name. */
  readonly sources?: boolean;
  /** Asks Athena. */
  readonly queries?: boolean;
  readonly notifies?: boolean;
  /** Has the dashboards of Metabase applied, where there is one. */
  readonly appliesDashboards?: boolean;
  /** Logs in to Metabase, from within its network. */
  readonly dashboards?: boolean;
  /** Makes other versions of the secret of the MySQL server. */
  readonly rotates?: boolean;
  /** Says how many containers of Metabase run. */
  readonly sleeps?: boolean;
}

/** A statement of a policy. A wildcard in it has its reason in `WILDCARDS`. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly unknown[];
  readonly Condition?: Readonly<Record<string, unknown>>;
}

const allows = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly unknown[],
): Statement[] =>
  Resource.length > 0 ? [{ Sid, Effect: 'Allow', Action, Resource }] : [];

const splitPlace = (place: Place): [BucketName, string] => {
  const [bucket = '', prefix = ''] = place.split(':');
  return [bucket as BucketName, prefix];
};

const objects = (places: readonly Place[]) =>
  [...new Set(places)].map((place) => objectsArn(...splitPlace(place)));

/** Without the right to list, an object that is missing would be forbidden. */
const lists = (places: readonly Place[]) =>
  [...new Set(places.map((place) => splitPlace(place)[0]))].map((bucket) =>
    att(BUCKETS[bucket]),
  );

const storage = (
  read: readonly Place[],
  write: readonly Place[],
  remove: readonly Place[],
): Statement[] => [
  ...allows('List', ['s3:ListBucket'], lists([...read, ...write, ...remove])),
  ...allows('Unfinished', ['s3:ListBucketMultipartUploads'], lists(remove)),
  ...allows('Read', ['s3:GetObject'], objects(read)),
  ...allows(
    'Write',
    ['s3:PutObject', 's3:AbortMultipartUpload'],
    objects(write),
  ),
  // What a write left that broke off is ended, and then looked at again.
  ...allows(
    'Remove',
    [
      's3:DeleteObject',
      's3:AbortMultipartUpload',
      's3:ListMultipartUploadParts',
    ],
    objects(remove),
  ),
];

const CATALOG_ACTIONS = {
  read: [
    'glue:GetDatabase',
    'glue:GetTable',
    'glue:GetTables',
    'glue:GetPartition',
    'glue:GetPartitions',
    'glue:BatchGetPartition',
  ],
  write: [
    'glue:CreateTable',
    'glue:UpdateTable',
    'glue:DeleteTable',
    'glue:CreatePartition',
    'glue:BatchCreatePartition',
    'glue:UpdatePartition',
    'glue:BatchUpdatePartition',
    'glue:DeletePartition',
    'glue:BatchDeletePartition',
  ],
};

/** The catalog, and the databases of the plans with their tables. */
const catalogArns = ({ plans, stage }: Stack) => [
  arn('glue', 'catalog'),
  ...[...plans.map(({ pipeline }) => pipeline), 'ops'].flatMap((name) => {
    const database = namesOf(stage).database(name);
    return [
      arn('glue', `database/${database}`),
      arn('glue', `table/${database}/*`),
    ];
  }),
];

const catalog = (stack: Stack, how: Access['catalog']): Statement[] => {
  if (!how) return [];
  const { read, write } = CATALOG_ACTIONS;
  const actions = how === 'write' ? [...read, ...write] : read;
  return allows('Catalog', actions, catalogArns(stack));
};

const secretArns = ({ stage }: Stack, names: readonly string[]) =>
  names.map((name) =>
    // Secrets Manager adds six random characters to a name.
    arn('secretsmanager', `secret:${namesOf(stage).secret(name)}-??????`),
  );

/** To read the secrets of these names. */
export const readsSecrets = (
  stack: Stack,
  names: readonly string[],
): Statement[] =>
  allows(
    'Secrets',
    ['secretsmanager:GetSecretValue'],
    secretArns(stack, names),
  );

/** Buckets of others that live sources are read from. */
const folders = ({ plans }: Stack): Statement[] => {
  const found = findFolders(plans);
  const arns = (paths: readonly string[]) =>
    paths.map((path) => sub(`arn:\${AWS::Partition}:s3:::${path}`));
  return [
    ...allows(
      'ListSources',
      ['s3:ListBucket'],
      arns(found.map(({ bucket }) => bucket)),
    ),
    ...allows(
      'ReadSources',
      ['s3:GetObject'],
      arns(found.map(({ bucket, prefix }) => `${bucket}/${prefix}*`)),
    ),
  ];
};

const ATHENA = [
  'athena:StartQueryExecution',
  'athena:GetQueryExecution',
  'athena:GetQueryResults',
  'athena:StopQueryExecution',
];

/**
 * Lambda makes a network interface with the role of the function, and asks for
 * the right on `*`. The code of the function may not use it.
 */
export const inNetwork = ({ stage }: Stack, name: string): Statement[] => {
  const interfaces = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  return [
    ...allows('Network', interfaces, ['*']),
    {
      Sid: 'NotTheCode',
      Effect: 'Deny',
      Action: interfaces,
      Resource: ['*'],
      Condition: {
        ArnEquals: {
          'lambda:SourceFunctionArn': [namesOf(stage).functionArn(name)],
        },
      },
    },
  ];
};

const rights = (stack: Stack, access: Access): Statement[] => {
  const names = namesOf(stack.stage);
  const job = [arn('glue', `job/${names.job}`)];
  const machine = [names.stateMachineArn];
  const when = (is: boolean | undefined, found: () => Statement[]) =>
    is ? found() : [];
  return [
    ...when(access.starts, () =>
      allows('Start', ['states:StartExecution'], machine),
    ),
    ...when(access.executions, () =>
      allows(
        'Executions',
        ['states:DescribeExecution', 'states:GetExecutionHistory'],
        [names.executionsArn],
      ),
    ),
    ...when(access.executions, () =>
      allows('ListExecutions', ['states:ListExecutions'], machine),
    ),
    ...when(access.locks && !access.executions, () =>
      allows('Holders', ['states:DescribeExecution'], [names.executionsArn]),
    ),
    ...when(access.callbacks, () =>
      allows(
        'Callbacks',
        [
          'states:SendTaskSuccess',
          'states:SendTaskFailure',
          'states:SendTaskHeartbeat',
        ],
        machine,
      ),
    ),
    ...when(access.startsJobs, () =>
      allows('StartJob', ['glue:StartJobRun'], job),
    ),
    ...when(access.startsJobs || access.stopsJobs || access.findsJobs, () =>
      allows('FindJobs', ['glue:GetJobRun', 'glue:GetJobRuns'], job),
    ),
    ...when(access.stopsJobs, () =>
      allows('StopJob', ['glue:BatchStopJobRun'], job),
    ),
    ...when(access.sources, () =>
      readsSecrets(stack, findSecrets(stack.plans)),
    ),
    ...when(access.sources, () => folders(stack)),
    ...when(access.queries, () => [
      ...allows('Athena', ATHENA, [
        arn('athena', `workgroup/${names.workgroup}`),
      ]),
      // Athena wants to look at the database `default`, whatever it is asked.
      ...allows(
        'Default',
        ['glue:GetDatabase'],
        [arn('glue', 'database/default')],
      ),
      ...allows(
        'Where',
        ['s3:GetBucketLocation'],
        [att(BUCKETS.lake), att(BUCKETS.results)],
      ),
      ...allows(
        'Parts',
        ['s3:ListMultipartUploadParts'],
        [objectsArn('results', 'athena/')],
      ),
    ]),
    ...when(access.notifies, () =>
      allows('Notify', ['sns:Publish'], [ref('Topic')]),
    ),
    ...when(stack.metabase.isOn && access.appliesDashboards, () =>
      allows(
        'Dashboards',
        ['lambda:InvokeFunction'],
        [names.functionArn('metabase')],
      ),
    ),
    ...when(access.dashboards, () =>
      allows(
        'Login',
        ['secretsmanager:GetSecretValue'],
        [ref('MetabaseLogin')],
      ),
    ),
    ...when(access.rotates, () =>
      allows(
        'Rotate',
        [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        [ref(secretId(mysqlSecret(stack.plans)))],
      ),
    ),
    ...when(access.sleeps, () =>
      allows(
        'Sleep',
        ['ecs:DescribeServices', 'ecs:UpdateService'],
        [names.metabaseServiceArn],
      ),
    ),
  ];
};

/** The statements of what a function may do in this stack. */
export const statementsOf = (stack: Stack, access: Access): Statement[] => {
  const lake = (prefix: string): Place => `lake:${prefix}/`;
  const catalogFile = access.catalog ? [lake('catalog')] : [];
  const locks = access.locks ? [lake('locks')] : [];
  const queried: Place[] = access.queries ? ['lake:tables/'] : [];
  const answers: Place[] = access.queries ? ['results:athena/'] : [];
  return [
    ...storage(
      [
        ...(access.read ?? []),
        ...catalogFile,
        ...locks,
        ...queried,
        ...answers,
      ],
      [
        ...(access.write ?? []),
        ...(access.catalog === 'write' ? catalogFile : []),
        ...locks,
        ...answers,
      ],
      [...(access.remove ?? []), ...locks],
    ),
    ...catalog(stack, access.catalog),
    ...rights(stack, access),
  ];
};

/** Its log, its traces. Metrics go by the log. */
export const telemetry = (stack: Stack, name: string): Statement[] => [
  ...(ASYNCHRONOUS.has(name)
    ? allows('DeadLetters', ['sqs:SendMessage'], [att('DeadLetters')])
    : []),
  ...allows(
    'Log',
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    [
      arn(
        'logs',
        `log-group:/aws/lambda/${namesOf(stack.stage).functionName(name)}:*`,
      ),
    ],
  ),
  ...allows(
    'Trace',
    ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    ['*'],
  ),
];

export const trust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
    },
  ],
});

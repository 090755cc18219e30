import { DRIVER } from '../platform/local/spark/jdbcDriver.ts';
import { readsSecrets, statementsOf, trust } from './access.ts';
import { allow, att, type Resources, ref, sub } from './cloudFormation.ts';
import { findJobSecrets } from './findSources.ts';
import { jobKey } from './jobFiles.ts';
import { logGroup } from './logGroup.ts';
import {
  CONNECTION,
  inJobNetwork,
  isJobInNetwork,
  jobNetwork,
} from './mysql/jobNetwork.ts';
import { namesOf, type Stack } from './settings.ts';

const script = (stage: string, file: string) =>
  sub(`s3://$\{ServerlessDeploymentBucket}/${jobKey(stage)}/${file}`);

/** Glue adds `/error` and `/output` to it: Spark's own log, and what is printed. */
const logPrefix = (stage: string) => `/aws-glue/jobs/${namesOf(stage).job}`;

/** Rights that only the job has: its script, its logs, its heartbeats. */
const own = ({ stage }: Stack) => {
  const names = namesOf(stage);
  return [
    {
      Sid: 'Script',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: [
        sub(
          `$\{ServerlessDeploymentBucket.Arn}/${jobKey(stage).replace(/[^/]+$/, '')}*`,
        ),
      ],
    },
    {
      Sid: 'Log',
      Effect: 'Allow',
      Action: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ],
      Resource: [att('JobErrorLog'), att('JobOutputLog')],
    },
    {
      Sid: 'Metrics',
      Effect: 'Allow',
      Action: ['cloudwatch:PutMetricData'],
      Resource: ['*'],
      Condition: { StringEquals: { 'cloudwatch:namespace': 'Glue' } },
    },
    {
      Sid: 'Callback',
      Effect: 'Allow',
      Action: [
        'states:SendTaskSuccess',
        'states:SendTaskFailure',
        'states:SendTaskHeartbeat',
      ],
      Resource: [names.stateMachineArn],
    },
  ];
};

/**
 * The one Glue job: each run is told its plan by its arguments. Runs beyond the
 * limit of the account wait in Glue's queue. Bookmarks are off: what a run sees
 * is what was landed for it.
 */
export const job = (stack: Stack): Resources => ({
  ...jobNetwork(stack),
  JobErrorLog: logGroup(stack, `${logPrefix(stack.stage)}/error`),
  JobOutputLog: logGroup(stack, `${logPrefix(stack.stage)}/output`),
  JobRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: trust('glue.amazonaws.com'),
      Policies: [
        {
          PolicyName: 'own',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              ...statementsOf(stack, {
                read: ['lake:jobs/', 'lake:tables/', 'landing:landing/'],
                write: ['lake:jobs/'],
                remove: ['lake:jobs/'],
              }),
              ...own(stack),
              ...readsSecrets(stack, findJobSecrets(stack.plans)),
              ...inJobNetwork(stack),
            ],
          },
        },
      ],
    },
  },
  Job: {
    Type: 'AWS::Glue::Job',
    Metadata: allow({
      CKV_AWS_195:
        'Files are encrypted by their buckets, and no bookmark is kept; logs by the key of CloudWatch',
    }),
    Properties: {
      Name: namesOf(stack.stage).job,
      Description: 'Runs the plan of any pipeline',
      Role: att('JobRole'),
      Command: {
        Name: 'glueetl',
        PythonVersion: '3',
        ScriptLocation: script(stack.stage, 'job_template.py'),
      },
      GlueVersion: '5.1',
      WorkerType: 'G.1X',
      NumberOfWorkers: stack.glueWorkers,
      ExecutionProperty: { MaxConcurrentRuns: 10 },
      ...(isJobInNetwork(stack) && {
        Connections: { Connections: [ref(CONNECTION)] },
      }),
      JobRunQueuingEnabled: true,
      MaxRetries: 0,
      // In minutes; the state that waits gives up after 720.
      Timeout: 480,
      DefaultArguments: {
        '--enable-auto-scaling': 'true',
        '--extra-py-files': script(stack.stage, 'etl.zip'),
        ...(findJobSecrets(stack.plans).length > 0 && {
          '--extra-jars': script(stack.stage, DRIVER),
        }),
        '--job-bookmark-option': 'job-bookmark-disable',
        '--enable-metrics': 'true',
        '--custom-logGroup-prefix': logPrefix(stack.stage),
        '--TempDir': sub(`s3://$\{LakeBucket}/jobs/temp/`),
      },
    },
  },
});

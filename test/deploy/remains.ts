import { AthenaClient, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import {
  CloudFormationClient,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  EventBridgeClient,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetDatabasesCommand,
  GetJobsCommand,
  GlueClient,
} from '@aws-sdk/client-glue';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  LambdaClient,
  ListFunctionsCommand,
  ListLayersCommand,
} from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientOf } from '../servers/ministack.ts';
import type { Cloud } from './deploy.ts';

type Names = Promise<readonly (string | undefined)[]>;

/** Asks a service that the framework brings no client for. */
const ask = async (url: string, target?: string): Promise<unknown> => {
  const answer = await fetch(url, {
    method: target ? 'POST' : 'GET',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${target ? 'sqs' : 'scheduler'}/aws4_request`,
      ...(target && { 'x-amz-target': target }),
    },
    ...(target && { body: '{}' }),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
};

/** All that bears the name of this project, each with its kind. */
export const remains = async ({ emulator }: Cloud): Promise<string[]> => {
  const options = clientOf(emulator);
  const { endpoint } = emulator;
  const lambda = new LambdaClient(options);
  const glue = new GlueClient(options);
  const kinds: Readonly<Record<string, Names>> = {
    workgroup: new AthenaClient(options)
      .send(new ListWorkGroupsCommand({}))
      .then(({ WorkGroups = [] }) => WorkGroups.map(({ Name }) => Name)),
    stack: new CloudFormationClient(options)
      .send(new ListStacksCommand({}))
      .then(({ StackSummaries = [] }) =>
        StackSummaries.filter(
          ({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE',
        ).map(({ StackName }) => StackName),
      ),
    alarm: new CloudWatchClient(options)
      .send(new DescribeAlarmsCommand({}))
      .then(({ MetricAlarms = [] }) =>
        MetricAlarms.map(({ AlarmName }) => AlarmName),
      ),
    log: new CloudWatchLogsClient(options)
      .send(new DescribeLogGroupsCommand({}))
      .then(({ logGroups = [] }) =>
        logGroups.map(({ logGroupName }) => logGroupName),
      ),
    rule: new EventBridgeClient(options)
      .send(new ListRulesCommand({}))
      .then(({ Rules = [] }) => Rules.map(({ Name }) => Name)),
    database: glue
      .send(new GetDatabasesCommand({}))
      .then(({ DatabaseList = [] }) => DatabaseList.map(({ Name }) => Name)),
    job: glue
      .send(new GetJobsCommand({}))
      .then(({ Jobs = [] }) => Jobs.map(({ Name }) => Name)),
    role: new IAMClient(options)
      .send(new ListRolesCommand({}))
      .then(({ Roles = [] }) => Roles.map(({ RoleName }) => RoleName)),
    function: lambda
      .send(new ListFunctionsCommand({}))
      .then(({ Functions = [] }) =>
        Functions.map(({ FunctionName }) => FunctionName),
      ),
    layer: lambda
      .send(new ListLayersCommand({}))
      .then(({ Layers = [] }) => Layers.map(({ LayerName }) => LayerName)),
    bucket: new S3Client({ ...options, forcePathStyle: true })
      .send(new ListBucketsCommand({}))
      .then(({ Buckets = [] }) => Buckets.map(({ Name }) => Name)),
    secret: new SecretsManagerClient(options)
      .send(new ListSecretsCommand({}))
      .then(({ SecretList = [] }) => SecretList.map(({ Name }) => Name)),
    machine: new SFNClient(options)
      .send(new ListStateMachinesCommand({}))
      .then(({ stateMachines = [] }) => stateMachines.map(({ name }) => name)),
    topic: new SNSClient(options)
      .send(new ListTopicsCommand({}))
      .then(({ Topics = [] }) => Topics.map(({ TopicArn }) => TopicArn)),
    queue: ask(`${endpoint}/`, 'AmazonSQS.ListQueues').then(
      (answer) => (answer as { QueueUrls?: string[] }).QueueUrls ?? [],
    ),
    schedule: ask(`${endpoint}/schedules`).then((answer) =>
      (answer as { Schedules: { Arn: string }[] }).Schedules.map(
        ({ Arn }) => Arn,
      ),
    ),
    group: ask(`${endpoint}/schedule-groups`).then((answer) =>
      (answer as { ScheduleGroups: { Arn: string }[] }).ScheduleGroups.map(
        ({ Arn }) => Arn,
      ),
    ),
  };
  const found: string[] = [];
  for (const [kind, names] of Object.entries(kinds))
    for (const name of await names)
      if (name?.includes('tributary')) found.push(`${kind} ${name}`);
  return found;
};

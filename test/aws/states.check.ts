import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { awsCallbacks } from '../../platform/aws/awsCallbacks.ts';
import { awsExecutions } from '../../platform/aws/awsExecutions.ts';
import { awsSecrets } from '../../platform/aws/awsSecrets.ts';
import {
  callbacksContract,
  type TaskEnd,
} from '../../platform/contract/callbacksContract.ts';
import { executionsContract } from '../../platform/contract/executionsContract.ts';
import { secretsContract } from '../../platform/contract/secretsContract.ts';
import {
  clientOf,
  type Ministack,
  startMinistack,
} from '../servers/ministack.ts';
import { queuesOf } from './queues.ts';

const ROLE = 'arn:aws:iam::000000000000:role/r';
/** A stopped execution may have a Lambda at work for so long. */
const SETTLED_MS = 17 * 60_000;

let server: Ministack | undefined;
beforeAll(async () => {
  server = await startMinistack();
});
afterAll(() => server?.stop());

const stepFunctions = () => new SFNClient(clientOf(server as Ministack));

/** Starts a machine of one state. */
const startState = async (state: object): Promise<string> => {
  const client = stepFunctions();
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({
      name: `m${randomUUID()}`,
      roleArn: ROLE,
      definition: JSON.stringify({
        StartAt: 'Wait',
        States: { Wait: { ...state, End: true } },
      }),
    }),
  );
  const { executionArn = '' } = await client.send(
    new StartExecutionCommand({ stateMachineArn, input: '{}' }),
  );
  return executionArn;
};

/** Asks until it has ended. */
const endOf = async (executionArn: string): Promise<TaskEnd> => {
  const client = stepFunctions();
  for (;;) {
    const { status, output, error, cause } = await client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (status === 'SUCCEEDED') return { output: JSON.parse(output ?? '') };
    if (status !== 'RUNNING') return { error: error ?? '', cause: cause ?? '' };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

callbacksContract('tokens of Step Functions', async () => {
  const queues = queuesOf(server as Ministack);
  return {
    callbacks: awsCallbacks(stepFunctions()),
    wait: async (TimeoutSeconds) => {
      const queue = await queues.create();
      const execution = await startState({
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: {
          QueueUrl: queue,
          MessageBody: { 'token.$': '$$.Task.Token' },
        },
        TimeoutSeconds,
      });
      const [message = ''] = await queues.receive(queue);
      const { token } = JSON.parse(message) as { token: string };
      return { token, ended: endOf(execution) };
    },
  };
});

executionsContract('of Step Functions, long after their end', async () => ({
  executions: awsExecutions(
    stepFunctions(),
    () => new Date(Date.now() + SETTLED_MS),
  ),
  begin: () => startState({ Type: 'Wait', Seconds: 600 }),
  end: async (executionArn) => {
    await stepFunctions().send(new StopExecutionCommand({ executionArn }));
    await endOf(executionArn);
  },
}));

secretsContract('of Secrets Manager', async () => {
  const client = new SecretsManagerClient(clientOf(server as Ministack));
  const stage = `s${randomUUID()}`;
  const written = new Set<string>();
  return {
    secrets: awsSecrets(client, { stage }),
    write: async (name, SecretString) => {
      const Name = `tributary/${stage}/${name}`;
      if (written.has(Name))
        await client.send(
          new PutSecretValueCommand({ SecretId: Name, SecretString }),
        );
      else await client.send(new CreateSecretCommand({ Name, SecretString }));
      written.add(Name);
    },
  };
});

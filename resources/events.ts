import { att, type Resource, type Resources, ref } from './cloudFormation.ts';
import { functionId } from './functions.ts';
import { namesOf, type Stack } from './settings.ts';

const rule = (name: string, about: string, pattern: object): Resource => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Description: about,
    EventPattern: pattern,
    Targets: [
      {
        Id: name,
        Arn: att(functionId(name)),
        RetryPolicy: {
          MaximumRetryAttempts: 5,
          MaximumEventAgeInSeconds: 3600,
        },
        DeadLetterConfig: { Arn: att('DeadLetters') },
      },
    ],
  },
});

const permission = (name: string, ruleId: string): Resource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: ref(functionId(name)),
    Principal: 'events.amazonaws.com',
    SourceArn: att(ruleId),
  },
});

/** What no callback and no `Catch` tells of. */
export const events = (stack: Stack): Resources => {
  const names = namesOf(stack.stage);
  return {
    JobEndRule: rule('close-job', 'A Glue run ended, however it did', {
      source: ['aws.glue'],
      'detail-type': ['Glue Job State Change'],
      detail: {
        jobName: [names.job],
        state: [
          'SUCCEEDED',
          'FAILED',
          'TIMEOUT',
          'STOPPED',
          'ERROR',
          'EXPIRED',
        ],
      },
    }),
    JobEndPermission: permission('close-job', 'JobEndRule'),
    ExecutionEndRule: rule('close-execution', 'An execution did not end well', {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: [names.stateMachineArn],
        status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
      },
    }),
    ExecutionEndPermission: permission('close-execution', 'ExecutionEndRule'),
  };
};

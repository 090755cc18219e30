import { allow, att, type Resources, ref } from './cloudFormation.ts';
import { namesOf, type Stack } from './settings.ts';

const queuePolicy = (id: string, services: readonly string[]) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [ref(id)],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'OfThisAccount',
          Effect: 'Allow',
          Principal: { Service: services },
          Action: 'sqs:SendMessage',
          Resource: att(id),
          Condition: {
            StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
          },
        },
      ],
    },
  },
});

/** Whom failures and late runs are told to, and events that found nobody. */
export const notifications = (stack: Stack): Resources => ({
  Topic: {
    Type: 'AWS::SNS::Topic',
    Metadata: allow({
      CKV_AWS_26:
        'Alarms and budgets cannot publish to a topic under the key of the service; a key of our own costs $1 a month. Messages name runs and tables, and hold no rows',
    }),
    Properties: {
      TopicName: namesOf(stack.stage).topic,
      DisplayName: `Tributary ${stack.stage}`,
    },
  },
  TopicPolicy: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [ref('Topic')],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'AlarmsAndBudgets',
            Effect: 'Allow',
            Principal: {
              Service: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'],
            },
            Action: 'sns:Publish',
            Resource: ref('Topic'),
            Condition: {
              StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
            },
          },
        ],
      },
    },
  },
  ...(stack.email !== '' && {
    TopicSubscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: ref('Topic'),
        Protocol: 'email',
        Endpoint: stack.email,
        // All but that a run ended well. What alarms and the budget tell has no kind.
        FilterPolicy: {
          kind: [{ exists: false }, { 'anything-but': ['published'] }],
        },
      },
    },
  }),
  DeadLetters: {
    Type: 'AWS::SQS::Queue',
    Metadata: allow({
      CKV_AWS_27:
        'Encrypted by SqsManagedSseEnabled, which the rule does not know; a key of our own costs $1 a month',
    }),
    Properties: {
      QueueName: `${namesOf(stack.stage).service}-dead-letters`,
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    },
  },
  DeadLettersPolicy: queuePolicy('DeadLetters', [
    'events.amazonaws.com',
    'scheduler.amazonaws.com',
  ]),
});

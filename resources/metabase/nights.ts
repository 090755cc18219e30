import { trust } from '../access.ts';
import { att, type Resource, type Resources, ref } from '../cloudFormation.ts';
import { functionId } from '../functions.ts';
import { namesOf, type Stack } from '../settings.ts';
import { hoursOf } from './settings.ts';

/** After it was woken: it starts in some minutes. */
const MINUTES_TO_START = 10;

const schedule = (
  stack: Stack,
  target: string,
  expression: string,
  input: object,
): Resource => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    GroupName: ref('ScheduleGroup'),
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: stack.metabase.timezone,
    State: 'ENABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: att(functionId(target)),
      RoleArn: att('MetabaseScheduleRole'),
      Input: JSON.stringify(input),
      RetryPolicy: { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 3600 },
      DeadLetterConfig: { Arn: att('DeadLetters') },
    },
  },
});

/**
 * Metabase is put to sleep in the evening and woken in the morning; then it is
 * told what was published in the night.
 */
export const nights = (stack: Stack): Resources => {
  const hours = hoursOf(stack.metabase);
  if (!hours) return {};
  const names = namesOf(stack.stage);
  const { days } = stack.metabase;
  const weekday = days === '' ? '*' : days;
  const at = (minute: number, hour: number, on: string) =>
    `cron(${minute} ${hour} ? * ${on} *)`;
  return {
    MetabaseScheduleRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('scheduler.amazonaws.com'),
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Sid: 'Targets',
                  Effect: 'Allow',
                  Action: ['lambda:InvokeFunction'],
                  Resource: ['metabase', 'metabase-sleep'].map(
                    names.functionArn,
                  ),
                },
                {
                  Sid: 'DeadLetters',
                  Effect: 'Allow',
                  Action: ['sqs:SendMessage'],
                  Resource: [att('DeadLetters')],
                },
              ],
            },
          },
        ],
      },
    },
    MetabaseWakeSchedule: schedule(
      ...([stack, 'metabase-sleep', at(0, hours.wake, weekday)] as const),
      { action: 'wake' },
    ),
    MetabaseApplySchedule: schedule(
      ...([
        stack,
        'metabase',
        at(MINUTES_TO_START, hours.wake, weekday),
      ] as const),
      {},
    ),
    // Every day: somebody may have woken it by hand.
    MetabaseSleepSchedule: schedule(
      ...([stack, 'metabase-sleep', at(0, hours.sleep, '*')] as const),
      { action: 'sleep' },
    ),
  };
};

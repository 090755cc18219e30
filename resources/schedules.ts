import { trust } from './access.ts';
import {
  att,
  pascal,
  type Resource,
  type Resources,
  ref,
} from './cloudFormation.ts';
import { FUNCTIONS, functionId } from './functions.ts';
import { namesOf, type Stack } from './settings.ts';

interface Times {
  readonly expression: string;
  readonly timezone?: string;
  readonly from?: string;
}

/** How often a target that fails is tried again, and for how long. */
const RETRY = { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 3600 };

const schedule = (
  stack: Stack,
  target: string,
  times: Times,
  input: object,
): Resource => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    GroupName: ref('ScheduleGroup'),
    ScheduleExpression: times.expression,
    ScheduleExpressionTimezone: times.timezone ?? 'UTC',
    ...(times.from !== undefined && { StartDate: times.from }),
    State: stack.schedules ? 'ENABLED' : 'DISABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: att(functionId(target)),
      RoleArn: att('ScheduleRole'),
      Input: JSON.stringify(input),
      RetryPolicy: RETRY,
      DeadLetterConfig: { Arn: att('DeadLetters') },
    },
  },
});

/**
 * The scheduler refuses a day that has passed; of those the periods are left to
 * `backfill`, and `plan` refuses what lies before the start date.
 */
const startOf = (startDate: string | undefined, today: string) =>
  startDate !== undefined && startDate > today
    ? { from: `${startDate}T00:00:00Z` }
    : {};

/** What a fixed interval asks for, besides the pipelines. */
const CHORES = {
  reconcile: 'rate(15 minutes)',
  watch: 'rate(15 minutes)',
} as const;

/** A schedule for each pipeline, and those of the chores. */
export const schedules = (stack: Stack, today: string): Resources => {
  const names = namesOf(stack.stage);
  const targets = ['run', 'clean', ...Object.keys(CHORES)];
  return {
    ScheduleGroup: {
      Type: 'AWS::Scheduler::ScheduleGroup',
      Properties: { Name: names.service },
    },
    ScheduleRole: {
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
                  Resource: targets
                    .filter((name) => name in FUNCTIONS)
                    .map(names.functionArn),
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
    ...Object.fromEntries(
      stack.plans.map((plan) => [
        `${pascal(plan.pipeline)}Schedule`,
        schedule(
          stack,
          'run',
          {
            expression: plan.schedule,
            timezone: plan.timezone,
            ...startOf(plan.startDate, today),
          },
          {
            pipeline: plan.pipeline,
            event: '<aws.scheduler.scheduled-time>',
          },
        ),
      ]),
    ),
    ...Object.fromEntries(
      stack.plans.map(({ pipeline }) => [
        `${pascal(pipeline)}CleanSchedule`,
        schedule(
          stack,
          'clean',
          { expression: 'cron(0 3 ? * SUN *)' },
          { pipeline },
        ),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(CHORES).map(([name, expression]) => [
        `${pascal(name)}Schedule`,
        schedule(stack, name, { expression }, {}),
      ]),
    ),
  };
};

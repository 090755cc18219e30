import { STAGE_METRICS } from '../functions/shared/metrics.ts';
import { att, type Resource, type Resources, ref } from './cloudFormation.ts';
import { namesOf, type Stack } from './settings.ts';

interface Watched {
  readonly about: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions?: Readonly<Record<string, unknown>>;
  readonly statistic?: 'Sum' | 'Maximum';
  /** Default: it rings as soon as there is one. */
  readonly above?: number;
}

/** Rings as soon as a metric is above a threshold. */
export const alarm = ({
  about,
  namespace,
  metric,
  dimensions = {},
  statistic = 'Sum',
  above = 0,
}: Watched): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmDescription: about,
    Namespace: namespace,
    MetricName: metric,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({
      Name,
      Value,
    })),
    Statistic: statistic,
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: above,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [ref('Topic')],
  },
});

const executions = (
  stage: string,
  metric: string,
  about: string,
): Resource => ({
  ...alarm({
    about,
    namespace: 'AWS/States',
    metric,
    dimensions: { StateMachineArn: namesOf(stage).stateMachineArn },
  }),
});

/** By the metrics that the functions write into their logs. */
const own = (
  stage: string,
  metric: string,
  about: string,
  above = 0,
): Resource =>
  alarm({
    above,
    about,
    namespace: namesOf(stage).metrics,
    metric,
    dimensions: { stage, service: 'tributary' },
    statistic: 'Maximum',
  });

export const alarms = (stack: Stack): Resources => {
  const { stage } = stack;
  return {
    RunFailedAlarm: executions(stage, 'ExecutionsFailed', 'A run failed'),
    RunAbortedAlarm: executions(
      stage,
      'ExecutionsAborted',
      'A run was aborted',
    ),
    RunTimedOutAlarm: executions(
      stage,
      'ExecutionsTimedOut',
      'A run took longer than its states may',
    ),
    SlaAlarm: own(
      stage,
      STAGE_METRICS.slaExceeded,
      'The last run of a pipeline took longer than its SLA',
    ),
    FreshnessAlarm: own(
      stage,
      STAGE_METRICS.freshnessMissed,
      'Readers of a pipeline wait for a period that is due',
    ),
    CallbackAlarm: own(
      stage,
      STAGE_METRICS.callbacksLost,
      'The reconciler closed a job that nobody had told of',
    ),
    CostAlarm: own(
      stage,
      STAGE_METRICS.monthDollars,
      'The runs of this month have cost more than the budget',
      stack.monthlyBudget,
    ),
    DeadLetterAlarm: alarm({
      about: 'An event found no function that took it',
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: att('DeadLetters', 'QueueName') },
      statistic: 'Maximum',
    }),
    Budget: {
      Type: 'AWS::Budgets::Budget',
      Properties: {
        Budget: {
          BudgetName: namesOf(stage).service,
          BudgetType: 'COST',
          TimeUnit: 'MONTHLY',
          BudgetLimit: { Amount: stack.monthlyBudget, Unit: 'USD' },
          CostFilters: { TagKeyValue: [`user:tributary$${stage}`] },
        },
        NotificationsWithSubscribers: [
          {
            Notification: {
              NotificationType: 'FORECASTED',
              ComparisonOperator: 'GREATER_THAN',
              Threshold: 100,
            },
            Subscribers: [{ SubscriptionType: 'SNS', Address: ref('Topic') }],
          },
        ],
      },
    },
  };
};

import { Metrics } from '@aws-lambda-powertools/metrics';
import { jest } from '@jest/globals';
import { STAGE_METRICS } from '../functions/shared/metrics.ts';
import { watchMetrics } from '../functions/watch/handler.ts';
import { awsMeter } from '../platform/aws/awsMeter.ts';
import type { Metric } from '../platform/ports.ts';
import { alarms } from './alarms.ts';
import type { Resource } from './cloudFormation.ts';
import { FUNCTIONS } from './functions.ts';
import { namesOf } from './settings.ts';
import { environmentOf } from './template.ts';
import { testStack } from './testing/testStack.ts';

const stack = await testStack();
const all = Object.entries(alarms(stack)).filter(
  ([, { Type }]) => Type === 'AWS::CloudWatch::Alarm',
);

interface AlarmProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Threshold: number;
  readonly AlarmActions: readonly unknown[];
  readonly Dimensions: readonly { Name: string; Value: unknown }[];
}
const propertiesOf = ({ Properties }: Resource) =>
  Properties as unknown as AlarmProperties;

/** What AWS makes by itself: its own documentation has these names. */
const OF_AWS: Readonly<Record<string, readonly string[]>> = {
  'AWS/States': ['ExecutionsFailed', 'ExecutionsAborted', 'ExecutionsTimedOut'],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible'],
};

interface Emitted {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/** What the meter of a function writes into its log, with the stack's settings. */
const emitted = (metrics: readonly Metric[]): Emitted[] => {
  const env = environmentOf(stack);
  process.env.POWERTOOLS_METRICS_NAMESPACE = env.POWERTOOLS_METRICS_NAMESPACE;
  process.env.POWERTOOLS_SERVICE_NAME = env.POWERTOOLS_SERVICE_NAME;
  // To the console of this test; otherwise that leaves metrics out.
  process.env.POWERTOOLS_DEV = 'true';
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
  const lines: string[] = [];
  const log = jest
    .spyOn(console, 'log')
    .mockImplementation((line) => void lines.push(String(line)));
  try {
    const defaultDimensions = { stage: env.TRIBUTARY_STAGE };
    awsMeter(new Metrics({ defaultDimensions })).measure(metrics);
  } finally {
    log.mockRestore();
  }
  return lines.map((line) => JSON.parse(line) as Emitted);
};

const measured = emitted([
  ...watchMetrics({ late: [], slow: [], monthDollars: 1, notices: [] }),
  { name: STAGE_METRICS.callbacksLost, value: 0, unit: 'Count' },
]);

test.each(all)('%s rings by a metric that is emitted', (_, resource) => {
  const { Namespace, MetricName, Dimensions } = propertiesOf(resource);
  if (Namespace !== namesOf('dev').metrics) {
    expect(OF_AWS[Namespace]).toContain(MetricName);
    return;
  }
  const wanted = Dimensions.map(({ Name }) => Name).sort();
  const found = measured.flatMap((line) =>
    line._aws.CloudWatchMetrics.filter(
      (one) =>
        one.Namespace === Namespace &&
        one.Metrics.some(({ Name }) => Name === MetricName) &&
        one.Dimensions.some(
          (names) =>
            JSON.stringify([...names].sort()) === JSON.stringify(wanted) &&
            Dimensions.every(
              ({ Name, Value }) =>
                (line as unknown as Record<string, unknown>)[Name] === Value,
            ),
        ),
    ),
  );
  expect(found).not.toEqual([]);
});

test('there is an alarm for each thing that people are to know', () => {
  const names = all.map(([, one]) => propertiesOf(one).MetricName);
  expect(names).toEqual(
    expect.arrayContaining([
      ...(OF_AWS['AWS/States'] ?? []),
      ...Object.values(STAGE_METRICS),
    ]),
  );
  for (const [, one] of all)
    expect(propertiesOf(one).AlarmActions).toEqual([{ Ref: 'Topic' }]);
});

test('the cost rings above the budget, all else above nothing', () => {
  const thresholds = all.map(([id, one]) => [id, propertiesOf(one).Threshold]);
  for (const [id, threshold] of thresholds)
    expect([id, threshold]).toEqual([
      id,
      id === 'CostAlarm' ? stack.monthlyBudget : 0,
    ]);
});

test('what emits them runs by a schedule, and may tell people', () => {
  for (const name of ['watch', 'reconcile'])
    expect(FUNCTIONS[name]?.access.notifies).toBe(true);
});

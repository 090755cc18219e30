import { RUN_METRICS, STAGE_METRICS } from '../functions/shared/metrics.ts';
import { type Resources, sub } from './cloudFormation.ts';
import { functionsIn } from './functions.ts';
import { namesOf, type Stack } from './settings.ts';

/** A line of a graph: namespace, metric, then dimensions by name and value. */
type Line = readonly [...string[], { readonly stat: string; label?: string }];

interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
  /** In seconds. */
  readonly period: number;
  /** What must not be exceeded, and what it is called. */
  readonly limit?: { readonly label: string; readonly value: number };
}

const DAY = 86_400;
const WIDTH = 24;
const HEIGHT = 6;

const widget = (
  { title, lines, period, limit }: Graph,
  at: { readonly x: number; readonly y: number; readonly width: number },
) => ({
  type: 'metric',
  ...at,
  height: HEIGHT,
  properties: {
    title,
    region: `\${AWS::Region}`,
    view: 'timeSeries',
    stat: 'Sum',
    period,
    metrics: lines,
    yAxis: { left: { min: 0 } },
    ...(limit && { annotations: { horizontal: [limit] } }),
  },
});

/** Graphs side by side, in a row of their own. */
const row = (graphs: readonly Graph[], index: number) => {
  const width = Math.floor(WIDTH / graphs.length);
  return graphs.map((graph, at) =>
    widget(graph, { x: at * width, y: index * HEIGHT, width }),
  );
};

const stageRow = ({ stage, monthlyBudget }: Stack): Graph[] => {
  const { metrics, stateMachineArn } = namesOf(stage);
  const machine = stateMachineArn['Fn::Sub'];
  const own = (metric: string): Line => [
    ...[metrics, metric, 'stage', stage, 'service', 'tributary'],
    { stat: 'Maximum', label: metric },
  ];
  const ended = (metric: string): Line => [
    ...['AWS/States', metric, 'StateMachineArn', machine],
    { stat: 'Sum', label: metric },
  ];
  const { callbacksLost, freshnessMissed, slaExceeded, monthDollars } =
    STAGE_METRICS;
  return [
    {
      title: 'Executions by outcome',
      period: 3600,
      lines: [
        'ExecutionsSucceeded',
        'ExecutionsFailed',
        'ExecutionsAborted',
        'ExecutionsTimedOut',
      ].map(ended),
    },
    {
      title: 'Lateness, slowness, lost callbacks',
      period: 900,
      lines: [freshnessMissed, slaExceeded, callbacksLost].map(own),
    },
    {
      title: 'Dollars of this month’s runs',
      period: 3600,
      lines: [own(monthDollars)],
      limit: { label: 'budget', value: monthlyBudget },
    },
  ];
};

const functionRow = (stack: Stack): Graph[] => {
  const { functionName } = namesOf(stack.stage);
  const lines = (metric: string, stat: string) =>
    functionsIn(stack).map(
      ([name]): Line => [
        ...['AWS/Lambda', metric, 'FunctionName', functionName(name)],
        { stat, label: name },
      ],
    );
  return [
    {
      title: 'Errors of functions',
      period: 3600,
      lines: lines('Errors', 'Sum'),
    },
    {
      title: 'Longest call of each function, in ms',
      period: 3600,
      lines: lines('Duration', 'Maximum'),
    },
  ];
};

const pipelineRow = (
  { stage, plans }: Stack,
  pipeline: string,
): readonly Graph[] => {
  const { metrics } = namesOf(stage);
  const slaSeconds = plans.find(
    (plan) => plan.pipeline === pipeline,
  )?.slaSeconds;
  const own = (metric: string, stat = 'Sum'): Line => [
    ...[metrics, metric, 'stage', stage, 'service', 'tributary'],
    ...['pipeline', pipeline],
    { stat, label: metric },
  ];
  const { published, failed, seconds, rows, dollars, dpuSeconds } = RUN_METRICS;
  return [
    {
      title: `${pipeline}: runs by outcome`,
      period: DAY,
      lines: [own(published), own(failed)],
    },
    {
      title: `${pipeline}: seconds of the longest run`,
      period: DAY,
      lines: [own(seconds, 'Maximum')],
      ...(slaSeconds !== undefined && {
        limit: { label: 'SLA', value: slaSeconds },
      }),
    },
    { title: `${pipeline}: rows`, period: DAY, lines: [own(rows)] },
    { title: `${pipeline}: dollars`, period: DAY, lines: [own(dollars)] },
    {
      title: `${pipeline}: DPU-seconds of Glue`,
      period: DAY,
      lines: [own(dpuSeconds)],
    },
  ];
};

/** One page for a stage: the whole first, then a row for each pipeline. */
export const dashboard = (stack: Stack): Resources => {
  const rows = [
    stageRow(stack),
    functionRow(stack),
    ...stack.plans.map(({ pipeline }) => pipelineRow(stack, pipeline)),
  ];
  const widgets = rows.flatMap(row);
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: {
        DashboardName: namesOf(stack.stage).service,
        DashboardBody: sub(JSON.stringify({ widgets })),
      },
    },
  };
};

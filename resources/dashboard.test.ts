import { RUN_METRICS, STAGE_METRICS } from '../functions/shared/metrics.ts';
import { dashboard } from './dashboard.ts';
import { FUNCTIONS, functionsIn } from './functions.ts';
import { testStack } from './testing/testStack.ts';

interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly region: string;
    readonly metrics: readonly (readonly unknown[])[];
    readonly annotations?: { horizontal: { label: string; value: number }[] };
  };
}

const stack = await testStack();
const { Properties } = dashboard(stack).Dashboard ?? {};
const { DashboardBody } = Properties as {
  DashboardBody: { 'Fn::Sub': string };
};
const { widgets } = JSON.parse(DashboardBody['Fn::Sub']) as {
  widgets: Widget[];
};
const lines = widgets.flatMap(({ properties }) => properties.metrics);
const named = (title: string) =>
  widgets.filter(({ properties }) => properties.title === title);

test('every metric of our own is drawn, and no other is asked for', () => {
  const drawn = lines
    .filter(([namespace]) => namespace === 'Tributary')
    .map(([, metric]) => metric);
  expect(new Set(drawn)).toEqual(
    new Set([...Object.values(STAGE_METRICS), ...Object.values(RUN_METRICS)]),
  );
});

test.each(stack.plans.map((plan) => [plan.pipeline, plan] as const))(
  '%s has a row of its own, its duration against its SLA',
  (pipeline, { slaSeconds }) => {
    const own = lines.filter((line) => line.includes(pipeline));
    expect(own.map(([, metric]) => metric).sort()).toEqual(
      Object.values(RUN_METRICS).sort(),
    );
    const [duration] = named(`${pipeline}: seconds of the longest run`);
    expect(duration?.properties.annotations?.horizontal).toEqual(
      slaSeconds === undefined
        ? undefined
        : [{ label: 'SLA', value: slaSeconds }],
    );
  },
);

test('errors and duration of every function that the stage has', () => {
  for (const metric of ['Errors', 'Duration'])
    expect(
      lines.filter((line) => line[1] === metric).map((line) => line[3]),
    ).toEqual(functionsIn(stack).map(([name]) => `tributary-dev-${name}`));
  expect(functionsIn(stack).length).toBeLessThan(Object.keys(FUNCTIONS).length);
});

test('no two graphs lie on one another, nor beside the page', () => {
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, i) => [
      x + (i % width),
      y + Math.floor(i / width),
    ]),
  );
  expect(new Set(cells.map(String)).size).toBe(cells.length);
  expect(Math.max(...cells.map(([x = 0]) => x))).toBeLessThan(24);
});

test('the region is the stack’s, and nothing else is left to be put in', () => {
  const text = DashboardBody['Fn::Sub'];
  const left = new Set(text.match(/\$\{[^}]*\}/g));
  expect(left).toContain(`\${AWS::Region}`);
  expect([...left].every((one) => one.startsWith(`\${AWS::`))).toBe(true);
});

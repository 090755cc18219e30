import type { Plan } from '../core/plan.ts';
import type { Statement } from './access.ts';
import { FUNCTIONS } from './functions.ts';
import { job } from './job.ts';
import { metabase } from './metabase/metabase.ts';
import { roleId, roles } from './roles.ts';
import { objectsArn, type Stack } from './settings.ts';
import { stateMachine, steps } from './stateMachine.ts';
import {
  environmentOf,
  functionsOf,
  stackOf as makeStack,
  outputsOf,
  resourcesOf,
} from './template.ts';
import { ordersPlan } from './testing/ordersPlan.ts';
import { testStack } from './testing/testStack.ts';

const base = await testStack();
const { plans } = base;

const METABASE = {
  isOn: true,
  domain: 'dashboards.example.org',
  certificate: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
  networks: '192.0.2.0/24',
  image: '',
  hours: '7-20',
  days: '*',
  timezone: 'UTC',
};

const stackOf = (
  given: readonly Plan[],
  metabase = METABASE,
  mysql = true,
): Stack => ({ ...base, mysql, metabase, plans: given });
// The right to all that a stage can have.
const stack = stackOf([...plans, ordersPlan('crime/mysql', 'job')]);

interface Role {
  readonly Properties: {
    readonly Policies: readonly {
      readonly PolicyDocument: { readonly Statement: readonly Statement[] };
    }[];
  };
}
const statements = (role: unknown) =>
  (role as Role).Properties.Policies.flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );

const all = {
  ...roles(stack),
  ...job(stack),
  ...stateMachine(stack),
  ...metabase(stack),
};
const named = Object.entries(all).filter(([id]) => id.endsWith('Role'));

/** An ARN as text, its references by their names. */
const textOf = (resource: unknown): string =>
  typeof resource === 'string'
    ? resource
    : ((resource as { 'Fn::Sub'?: string })['Fn::Sub'] ?? '');

/** Every wildcard that a role may hold, and why. */
const REASONS: readonly [RegExp, string][] = [
  [
    /^\$\{\w+Bucket\.Arn\}\/[a-z]+\/\*$/,
    'objects below one prefix of a bucket',
  ],
  [
    /^\$\{ServerlessDeploymentBucket\.Arn\}\/serverless\/tributary\/dev\/glue\/\*$/,
    'the job, at a place of its own for each of its versions',
  ],
  [
    /:glue:[^*]*:table\/tributary_dev_[a-z]+\/\*$/,
    'the tables of one database: runs make them',
  ],
  [
    /:secret:tributary\/dev\/[a-z/]+-\?{6}$/,
    'six characters that Secrets Manager adds to a name',
  ],
  [
    /:execution:tributary-dev:\*$/,
    'executions of this machine, named by their events',
  ],
  [
    /:log-group:\/aws\/lambda\/tributary-dev-[a-z-]+:\*$/,
    'log streams of the function',
  ],
  [
    /:ec2:[^*]*:(network-interface|subnet|security-group)\/\*$/,
    'network interfaces, which Glue makes for each run of a job in a network',
  ],
];

/** Actions that know no resource, so that their resource must be `*`. */
const WITHOUT_RESOURCE =
  /^(xray:|cloudwatch:PutMetricData$|athena:List(DataCatalogs|WorkGroups)$|ec2:\w+(Interfaces?|Subnets|IpAddresses)$|ec2:Describe\w+$|logs:.*(LogDelivery|LogDeliveries|ResourcePolic|LogGroups))/;

const wildcards = named.flatMap(([id, role]) =>
  statements(role).flatMap(({ Action, Resource }) =>
    [Resource]
      .flat()
      .map(textOf)
      .filter((text) => /[*?]/.test(text))
      .map((text) => [id, [Action].flat(), text] as const),
  ),
);

test('a role is there for each function', () => {
  // The job, the state machine; Metabase, what starts it, and its schedules.
  expect(named.length).toBe(Object.keys(FUNCTIONS).length + 2 + 3);
  for (const name of steps()) expect(FUNCTIONS).toHaveProperty(name);
  expect(steps().length).toBeGreaterThan(7);
});

test('no action is a wildcard', () => {
  const actions = named.flatMap(([, role]) =>
    statements(role).flatMap(({ Action }) => [Action].flat()),
  );
  expect(actions.length).toBeGreaterThan(100);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
});

test('every wildcard in a resource has its reason', () => {
  expect(wildcards.length).toBeGreaterThan(50);
  const unexplained = wildcards.filter(([, actions, text]) =>
    text === '*'
      ? !actions.every((action) => WITHOUT_RESOURCE.test(action))
      : !REASONS.some(([pattern]) => pattern.test(text)),
  );
  expect(unexplained).toEqual([]);
});

test('no reason is left over', () => {
  const unused = REASONS.filter(
    ([pattern]) => !wildcards.some(([, , text]) => pattern.test(text)),
  );
  expect(unused.map(([, why]) => why)).toEqual([]);
});

const may = (name: string, action: string, stackOfTest = stack) =>
  statements(roles(stackOfTest)[roleId(name)])
    .filter(({ Action }) => Action.includes(action))
    .flatMap(({ Resource }) => Resource.map(textOf));

test('secrets and tables come from the plans', () => {
  const action = 'secretsmanager:GetSecretValue';
  expect(may('fetch', action)).toEqual([
    expect.stringContaining('secret:tributary/dev/crime/mysql-'),
  ]);
  const loans = plans.filter(({ pipeline }) => pipeline === 'loans');
  const others = stackOf(loans, METABASE, false);
  expect(may('fetch', action, others)).toEqual([]);
  const tables = may('publish', 'glue:UpdateTable', others).join();
  expect(tables).toContain('tributary_dev_loans');
  expect(tables).not.toContain('tributary_dev_crime');
});

test.each([
  ['fetch', 's3:PutObject', ['LandingBucket.Arn}/landing/']],
  ['publish', 's3:DeleteObject', ['LakeBucket.Arn}/locks/']],
  ['status', 's3:PutObject', []],
  ['transform', 'glue:UpdateTable', []],
  ['watch', 'states:StartExecution', []],
])('%s may do %s there alone', (name, action, places) => {
  expect(may(name, action)).toEqual(
    places.map((place) => expect.stringContaining(place)),
  );
});

test('a policy stays below what a role takes', () => {
  for (const [, role] of named)
    expect(JSON.stringify(statements(role)).length).toBeLessThan(10_240);
});

describe('Metabase', () => {
  const task = statements(metabase(stack).MetabaseTaskRole);
  const allowed = task.flatMap(({ Action }) => Action);

  test('without the setting, nothing of it exists', () => {
    const without = stackOf(plans, { ...METABASE, isOn: false });
    const text = JSON.stringify([
      resourcesOf(without, '2026-01-01'),
      outputsOf(without),
      environmentOf(without),
      functionsOf(without),
    ]);
    expect(text).toContain('tributary-dev-refresh');
    expect(text).not.toMatch(/metabase/i);
  });

  test('it reads tables, and writes nothing but answers', () => {
    const writes = task.filter(({ Action }) =>
      Action.some((action) => /:(Put|Create|Update|Delete|Abort)/.test(action)),
    );
    expect(writes.map(({ Resource }) => Resource.map(textOf))).toEqual([
      [textOf(objectsArn('results', 'metabase/'))],
    ]);
    expect(allowed).toContain('glue:GetDatabases');
    expect(allowed).toContain('athena:GetQueryResultsStream');
    const readable = task
      .filter(({ Action }) => Action.includes('s3:GetObject'))
      .flatMap(({ Resource }) => Resource.map(textOf));
    expect(readable.join()).not.toContain('Landing');
  });

  test('only the function in its network logs in, and it alone is asked', () => {
    const login = (name: string) =>
      JSON.stringify(statements(roles(stack)[roleId(name)])).includes(
        'MetabaseLogin',
      );
    expect(Object.keys(FUNCTIONS).filter(login)).toEqual(['metabase']);
    expect(may('refresh', 'lambda:InvokeFunction')).toEqual([
      expect.stringContaining('function:tributary-dev-metabase'),
    ]);
    expect(may('metabase-sleep', 'ecs:UpdateService')).toEqual([
      expect.stringContaining('service/tributary-dev-metabase/metabase'),
    ]);
  });

  const target = (id: string, hours: string, days = '*') =>
    metabase(stackOf(plans, { ...METABASE, hours, days }))[id]?.Properties;

  test('it sleeps at night, in its time zone, if it is to', () => {
    expect(target('MetabaseWakeSchedule', '7-20', 'MON-FRI')).toMatchObject({
      ScheduleExpression: 'cron(0 7 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'UTC',
      Target: { Input: '{"action":"wake"}' },
    });
    expect(target('MetabaseSleepSchedule', '7-20', 'MON-FRI')).toMatchObject({
      ScheduleExpression: 'cron(0 20 ? * * *)',
      Target: { Input: '{"action":"sleep"}' },
    });
    expect(target('MetabaseWakeSchedule', '')).toBeUndefined();
  });

  test.each([
    [{ domain: '' }, 'metabaseDomain'],
    [{ certificate: 'mine' }, 'metabaseCertificate'],
    [{ networks: '' }, 'metabaseNetworks'],
    [{ networks: 'everybody' }, 'metabaseNetworks'],
    [{ hours: '7' }, 'metabaseHours'],
    [{ hours: '7-24' }, 'metabaseHours'],
  ])('%j is refused before anything is made', (wrong, param) => {
    const settings = { ...stack, metabase: { ...METABASE, ...wrong } };
    expect(() => makeStack(settings, plans)).toThrow(param);
  });
});

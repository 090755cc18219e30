import type { Plan } from '../../core/plan.ts';
import type { Statement } from '../access.ts';
import { job } from '../job.ts';
import type { Stack } from '../settings.ts';
import { resourcesOf, stackOf } from '../template.ts';
import { ordersPlan } from '../testing/ordersPlan.ts';
import { testStack } from '../testing/testStack.ts';

const base = await testStack();
const withPlan = (plan: Plan, isOn: boolean): Stack =>
  stackOf({ ...base, mysql: isOn }, [...base.plans, plan]);

interface Parts {
  readonly Job: { readonly Properties: Readonly<Record<string, unknown>> };
  readonly JobRole: {
    readonly Properties: {
      readonly Policies: readonly {
        readonly PolicyDocument: { readonly Statement: readonly Statement[] };
      }[];
    };
  };
}
const partsOf = (stack: Stack) => {
  const { Job, JobRole } = job(stack) as unknown as Parts;
  const rights = JobRole.Properties.Policies.flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
  return {
    arguments: JSON.stringify(Job.Properties.DefaultArguments),
    connections: Job.Properties.Connections,
    rights: Object.fromEntries(rights.map((one) => [one.Sid, one])),
  };
};

test('a job that reads no database has no driver, no secret, no network', () => {
  for (const isOn of [false, true]) {
    const { rights, connections, ...told } = partsOf(
      withPlan(ordersPlan('crime/mysql'), isOn),
    );
    expect(told.arguments).not.toContain('--extra-jars');
    expect(connections).toBeUndefined();
    expect(Object.keys(rights)).not.toContain('Secrets');
    expect(JSON.stringify(rights)).not.toMatch(/ec2:|secretsmanager:/);
  }
});

test('one that reads a table itself has the driver, and that secret alone', () => {
  const stack = withPlan(ordersPlan('shop/mysql', 'job'), false);
  const { rights, connections, ...told } = partsOf(stack);
  expect(told.arguments).toMatch(
    /"--extra-jars":\{"Fn::Sub":"s3:[^"]*\/mariadb-java-client-[\d.]+\.jar"/,
  );
  expect(rights.Secrets?.Action).toEqual(['secretsmanager:GetSecretValue']);
  expect(JSON.stringify(rights.Secrets?.Resource).split('secret:')).toEqual([
    expect.anything(),
    expect.stringMatching(/^tributary\/dev\/shop\/mysql-\?{6}/),
  ]);
  // A server elsewhere is reached as any public one.
  expect(connections).toBeUndefined();
  expect(rights).not.toHaveProperty('Interfaces');
});

test('where the server is the own one, the job is in its network', () => {
  const stack = withPlan(ordersPlan('crime/mysql', 'job'), true);
  const { rights, connections } = partsOf(stack);
  expect(connections).toEqual({ Connections: [{ Ref: 'MysqlJobConnection' }] });
  const made = resourcesOf(stack, '2026-01-01');
  expect(made.MysqlJobConnection?.Properties).toMatchObject({
    ConnectionInput: {
      ConnectionType: 'NETWORK',
      PhysicalConnectionRequirements: {
        SubnetId: { Ref: 'MysqlPrivateA' },
        SecurityGroupIdList: [{ 'Fn::GetAtt': ['MysqlJobGroup', 'GroupId'] }],
      },
    },
  });
  // Glue starts no run in a network whose machines cannot speak with each other.
  expect(made.MysqlJobInward?.Properties).toMatchObject({
    GroupId: { 'Fn::GetAtt': ['MysqlJobGroup', 'GroupId'] },
    SourceSecurityGroupId: { 'Fn::GetAtt': ['MysqlJobGroup', 'GroupId'] },
    FromPort: 0,
    ToPort: 65535,
  });
  expect(made.MysqlJobToServer?.Properties).toMatchObject({
    GroupId: { 'Fn::GetAtt': ['MysqlServerGroup', 'GroupId'] },
    FromPort: 3306,
    ToPort: 3306,
  });
  expect(Object.keys(rights)).toEqual(
    expect.arrayContaining(['Connection', 'Interfaces', 'TagInterfaces']),
  );
});

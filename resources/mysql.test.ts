import type { Plan } from '../core/plan.ts';
import type { Resource } from './cloudFormation.ts';
import { FUNCTIONS } from './functions.ts';
import { roleId } from './roles.ts';
import type { Stack } from './settings.ts';
import {
  environmentOf,
  functionsOf,
  stackOf as makeStack,
  outputsOf,
  resourcesOf,
} from './template.ts';
import { testStack } from './testing/testStack.ts';

const base = await testStack();
const { plans } = base;

const stackOf = (changes: Partial<Stack>): Stack => ({
  ...base,
  mysql: true,
  ...changes,
});
const resources = (changes: Partial<Stack> = {}) =>
  resourcesOf(stackOf(changes), '2026-01-01');
const propertiesOf = (id: string, changes: Partial<Stack> = {}) =>
  (resources(changes)[id] as Resource).Properties;

test('without the setting, no server and no network exist', () => {
  const off = stackOf({ mysql: false });
  const made = resourcesOf(off, '2026-01-01');
  expect(
    Object.values(made).filter(({ Type }) => /RDS|EC2|Rotation/.test(Type)),
  ).toEqual([]);
  const functions = functionsOf(off);
  expect(functions).not.toHaveProperty('rotate');
  expect(functions.fetch).not.toHaveProperty('vpc');
  expect(JSON.stringify([outputsOf(off), environmentOf(off)])).not.toMatch(
    /mysql/i,
  );
  // A person puts in where an outside server is.
  expect(made.CrimeMysqlSecret?.Properties).not.toHaveProperty(
    'GenerateSecretString',
  );
});

test('the server is encrypted, private, and takes TLS alone', () => {
  expect(propertiesOf('MysqlServer')).toMatchObject({
    StorageEncrypted: true,
    PubliclyAccessible: false,
    VPCSecurityGroups: [{ 'Fn::GetAtt': ['MysqlServerGroup', 'GroupId'] }],
    DBParameterGroupName: { Ref: 'MysqlParameters' },
  });
  expect(propertiesOf('MysqlParameters')).toMatchObject({
    Parameters: { require_secure_transport: '1' },
  });
  expect(JSON.stringify(propertiesOf('MysqlServer'))).toContain(
    `{{resolve:secretsmanager:$\{CrimeMysqlSecret}:SecretString:password}}`,
  );
});

test('its subnets have no way in from outside', () => {
  expect(propertiesOf('MysqlSubnets')).toMatchObject({
    SubnetIds: [{ Ref: 'MysqlPrivateA' }, { Ref: 'MysqlPrivateB' }],
  });
  for (const id of ['MysqlPrivateA', 'MysqlPrivateB'])
    expect(propertiesOf(`${id}Route`)).toMatchObject({
      RouteTableId: { Ref: 'MysqlRoutes' },
    });
  const inward = Object.entries(resources())
    .filter(([, { Type }]) => Type === 'AWS::EC2::SecurityGroup')
    .map(([id, { Properties }]) => [id, Properties?.SecurityGroupIngress]);
  expect(inward).toEqual([
    ['MysqlFunctionGroup', []],
    [
      'MysqlServerGroup',
      [
        expect.objectContaining({
          FromPort: 3306,
          ToPort: 3306,
          SourceSecurityGroupId: {
            'Fn::GetAtt': ['MysqlFunctionGroup', 'GroupId'],
          },
        }),
      ],
    ],
  ]);
});

test.each([
  [true, true, 'Snapshot'],
  [false, false, 'Delete'],
] as const)('a stage that is kept (%s) protects it', (isKept, ...row) => {
  const [protects, policy] = row;
  const { Properties, DeletionPolicy } = resources({ isKept })
    .MysqlServer as Resource;
  expect(Properties?.DeletionProtection).toBe(protects);
  expect(DeletionPolicy).toBe(policy);
});

test('fetch and rotate alone are in its network', () => {
  const inside = Object.entries(functionsOf(stackOf({})))
    .filter(([, one]) => 'vpc' in one)
    .map(([name]) => name);
  expect(inside).toEqual(['fetch', 'rotate']);
});

test('the password is made, and rotated every 30 days by rotate alone', () => {
  expect(propertiesOf('CrimeMysqlSecret')).toMatchObject({
    GenerateSecretString: { GenerateStringKey: 'password' },
  });
  expect(propertiesOf('MysqlRotation')).toMatchObject({
    SecretId: { Ref: 'CrimeMysqlSecret' },
    RotationLambdaARN: { 'Fn::GetAtt': ['RotateLambdaFunction', 'Arn'] },
    RotationRules: { AutomaticallyAfterDays: 30 },
  });
  const made = resources();
  const mayRotate = Object.keys(FUNCTIONS).filter((name) =>
    JSON.stringify(made[roleId(name)] ?? {}).includes('PutSecretValue'),
  );
  expect(mayRotate).toEqual(['rotate']);
});

test('one server cannot be that of two secrets, or of none', () => {
  const settings = stackOf({});
  const none = plans.filter(({ pipeline }) => pipeline === 'loans');
  expect(() => makeStack(settings, none)).toThrow(/the sources name none/);
  const crime = plans.filter(({ pipeline }) => pipeline === 'crime');
  const other = JSON.parse(
    JSON.stringify(crime).replaceAll('crime/mysql', 'other/mysql'),
  ) as Plan[];
  expect(() => makeStack(settings, [...crime, ...other])).toThrow(
    'crime/mysql, other/mysql',
  );
});

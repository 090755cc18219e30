import { UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { allow, att, type Resources, ref, sub } from '../cloudFormation.ts';
import { functionId } from '../functions.ts';
import { logGroup } from '../logGroup.ts';
import { namesOf, type Stack } from '../settings.ts';
import { network, PRIVATE, SERVER_GROUP } from './network.ts';

export const ROTATION_DAYS = 30;
const FAMILY = 'mysql8.4';
/** It may rise by itself. */
const VERSION = '8.4.11';

/**
 * The secret of the MySQL server that sources read.
 * @throws UsageError where it is not one: one server is made.
 */
export const mysqlSecret = (plans: readonly Plan[]): string => {
  const names = plans.flatMap(({ sources }) =>
    sources
      .filter(({ kind }) => kind === 'mysql')
      .map(({ from }) => String((from as { secret?: unknown }).secret)),
  );
  const [name, ...others] = new Set(names);
  if (name === undefined || others.length > 0)
    throw new UsageError(
      `--param mysql=true makes one server; the sources name ` +
        `${name === undefined ? 'none' : [name, ...others].join(', ')}`,
    );
  return name;
};

/** What the secret is made with; where the server is, its attachment adds. */
export const mysqlLogin = {
  SecretStringTemplate: JSON.stringify({ username: 'tributary' }),
  GenerateStringKey: 'password',
  PasswordLength: 32,
  ExcludePunctuation: true,
};

const server = (stack: Stack, secret: string): Resources => {
  const { service } = namesOf(stack.stage);
  const name = `${service}-mysql`;
  const policy = stack.isKept ? 'Snapshot' : 'Delete';
  const login = (key: string) =>
    sub(`{{resolve:secretsmanager:$\{${secret}}:SecretString:${key}}}`);
  return {
    MysqlLog: logGroup(stack, `/aws/rds/instance/${name}/error`),
    MysqlSubnets: {
      Type: 'AWS::RDS::DBSubnetGroup',
      Properties: {
        DBSubnetGroupDescription: 'Where the MySQL server is',
        SubnetIds: PRIVATE.map(ref),
      },
    },
    MysqlParameters: {
      Type: 'AWS::RDS::DBParameterGroup',
      Properties: {
        Description: 'TLS or nothing',
        Family: FAMILY,
        Parameters: {
          require_secure_transport: '1',
          tls_version: 'TLSv1.2,TLSv1.3',
          // A source reads the wall clock as UTC.
          time_zone: 'UTC',
          // For `LOAD DATA LOCAL`, by which a table is filled.
          local_infile: '1',
        },
      },
    },
    MysqlServer: {
      Type: 'AWS::RDS::DBInstance',
      DependsOn: 'MysqlLog',
      DeletionPolicy: policy,
      UpdateReplacePolicy: policy,
      Metadata: allow({
        CKV_AWS_118:
          'Enhanced monitoring is billed as logs; what is free is enough for a source',
        CKV_AWS_157:
          'A second zone doubles the price; a lost zone is restored from backup, and runs wait',
        CKV_AWS_161:
          'Its user logs in by a password that is changed every 30 days; a user by IAM has first to be made by SQL',
        CKV_AWS_353:
          'The smallest machine has no Performance Insights for MySQL',
        ...(!stack.isKept && {
          CKV_AWS_293: 'A stage that is not kept can be removed whole',
        }),
      }),
      Properties: {
        DBInstanceIdentifier: name,
        DBInstanceClass: 'db.t4g.micro',
        Engine: 'mysql',
        EngineVersion: VERSION,
        AutoMinorVersionUpgrade: true,
        StorageType: 'gp3',
        AllocatedStorage: '20',
        MaxAllocatedStorage: 100,
        StorageEncrypted: true,
        DBName: 'crime',
        MasterUsername: login('username'),
        MasterUserPassword: login('password'),
        DBParameterGroupName: ref('MysqlParameters'),
        DBSubnetGroupName: ref('MysqlSubnets'),
        VPCSecurityGroups: [att(SERVER_GROUP, 'GroupId')],
        PubliclyAccessible: false,
        MultiAZ: false,
        BackupRetentionPeriod: 7,
        CopyTagsToSnapshot: true,
        DeletionProtection: stack.isKept,
        EnableCloudwatchLogsExports: ['error'],
      },
    },
  };
};

/** Every 30 days, by the function `rotate`, which nobody else may call. */
const rotation = (secret: string): Resources => ({
  MysqlAttachment: {
    Type: 'AWS::SecretsManager::SecretTargetAttachment',
    Properties: {
      SecretId: ref(secret),
      TargetId: ref('MysqlServer'),
      TargetType: 'AWS::RDS::DBInstance',
    },
  },
  RotatePermission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: att(functionId('rotate')),
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: ref('AWS::AccountId'),
      SourceArn: ref(secret),
    },
  },
  MysqlRotation: {
    Type: 'AWS::SecretsManager::RotationSchedule',
    DependsOn: ['MysqlAttachment', 'RotatePermission'],
    Properties: {
      SecretId: ref(secret),
      RotationLambdaARN: att(functionId('rotate')),
      RotateImmediatelyOnUpdate: false,
      RotationRules: {
        AutomaticallyAfterDays: ROTATION_DAYS,
      },
    },
  },
});

/**
 * A MySQL server in a network of its own, whose password is rotated; nothing
 * where it is off. @param secret the logical id of its secret.
 */
export const mysql = (stack: Stack, secret: string): Resources => ({
  ...network(stack),
  ...server(stack, secret),
  ...rotation(secret),
});

import { allow, att, type Resources, ref } from '../cloudFormation.ts';
import { logGroup } from '../logGroup.ts';
import { namesOf, type Stack } from '../settings.ts';
import { PRIVATE } from './network.ts';

/**
 * What Metabase itself keeps: users, and all that people made there. RDS makes
 * the password, keeps it in Secrets Manager and changes it every week.
 */
export const database = (stack: Stack): Resources => {
  const name = namesOf(stack.stage).metabase;
  const policy = stack.isKept ? 'Snapshot' : 'Delete';
  return {
    MetabaseDatabaseLog: logGroup(
      stack,
      `/aws/rds/instance/${name}/postgresql`,
    ),
    MetabaseSubnets: {
      Type: 'AWS::RDS::DBSubnetGroup',
      Properties: {
        DBSubnetGroupDescription: 'Where the database of Metabase is',
        SubnetIds: PRIVATE.map(ref),
      },
    },
    MetabaseDatabase: {
      Type: 'AWS::RDS::DBInstance',
      DependsOn: 'MetabaseDatabaseLog',
      DeletionPolicy: policy,
      UpdateReplacePolicy: policy,
      Metadata: allow({
        CKV_AWS_118:
          'Enhanced monitoring is billed as logs; the alarms need what is free',
        CKV_AWS_157:
          'A second zone doubles the price; a lost zone is restored from backup, and no run needs it',
        CKV_AWS_161:
          'Its only user is the one that Metabase logs in as, by a password that RDS changes itself; a user by IAM has first to be made by SQL',
        ...(!stack.isKept && {
          CKV_AWS_293: 'A stage that is not kept can be removed whole',
        }),
      }),
      Properties: {
        DBInstanceIdentifier: name,
        DBInstanceClass: 'db.t4g.micro',
        Engine: 'postgres',
        // The newest of the laptop's major version; it may rise by itself.
        EngineVersion: '17.11',
        AutoMinorVersionUpgrade: true,
        StorageType: 'gp3',
        AllocatedStorage: '20',
        MaxAllocatedStorage: 100,
        StorageEncrypted: true,
        DBName: 'metabase',
        MasterUsername: 'metabase',
        ManageMasterUserPassword: true,
        DBSubnetGroupName: ref('MetabaseSubnets'),
        VPCSecurityGroups: [att('MetabaseDatabaseGroup', 'GroupId')],
        PubliclyAccessible: false,
        MultiAZ: false,
        BackupRetentionPeriod: 7,
        CopyTagsToSnapshot: true,
        DeletionProtection: stack.isKept,
        EnablePerformanceInsights: true,
        EnableCloudwatchLogsExports: ['postgresql'],
      },
    },
  };
};

import { allow, att, type Resources, ref, sub } from '../cloudFormation.ts';
import { logGroup } from '../logGroup.ts';
import { namesOf, type Stack } from '../settings.ts';
import { PRIVATE } from './network.ts';
import { imageOf, PORT } from './settings.ts';

/** The size to start at, by Metabase's own advice: a processor and 2 GB. */
const SIZE = { Cpu: '1024', Memory: '2048' };

/** A first start makes its tables, and says 503 until then. */
const GRACE_SECONDS = 600;

const pairs = (values: Readonly<Record<string, unknown>>, key: string) =>
  Object.entries(values).map(([Name, value]) => ({ Name, [key]: value }));

const managed = (member: string) =>
  sub(`$\{MetabaseDatabase.MasterUserSecret.SecretArn}:${member}::`);

const container = (stack: Stack) => ({
  Name: 'metabase',
  Image: imageOf(stack.metabase),
  Essential: true,
  PortMappings: [{ ContainerPort: PORT, Protocol: 'tcp' }],
  Environment: pairs(
    {
      MB_DB_TYPE: 'postgres',
      MB_DB_HOST: att('MetabaseDatabase', 'Endpoint.Address'),
      MB_DB_PORT: att('MetabaseDatabase', 'Endpoint.Port'),
      MB_DB_DBNAME: 'metabase',
      MB_SITE_URL: `https://${stack.metabase.domain}`,
      MB_LOAD_SAMPLE_CONTENT: 'false',
      MB_ANON_TRACKING_ENABLED: 'false',
      // Java takes a quarter by default.
      JAVA_OPTS: '-XX:MaxRAMPercentage=70',
    },
    'Value',
  ),
  Secrets: pairs(
    {
      MB_DB_USER: managed('username'),
      MB_DB_PASS: managed('password'),
      MB_ENCRYPTION_SECRET_KEY: ref('MetabaseKey'),
    },
    'ValueFrom',
  ),
  HealthCheck: {
    Command: [
      'CMD-SHELL',
      `curl --fail --silent http://localhost:${PORT}/api/health || exit 1`,
    ],
    Interval: 30,
    Timeout: 10,
    Retries: 5,
    StartPeriod: 300,
  },
  LogConfiguration: {
    LogDriver: 'awslogs',
    Options: {
      'awslogs-group': ref('MetabaseLog'),
      'awslogs-region': ref('AWS::Region'),
      'awslogs-stream-prefix': 'metabase',
    },
  },
});

/**
 * The container. How many of it run is not said: one at first, and then what
 * the function `metabase-sleep` set last, which a deploy leaves as it is. A
 * password that RDS changed is read by the next task; the health check starts
 * one where the old password is refused.
 */
export const service = (stack: Stack): Resources => {
  const names = namesOf(stack.stage);
  return {
    MetabaseLog: logGroup(stack, `/aws/ecs/${names.metabase}`),
    MetabaseCluster: {
      Type: 'AWS::ECS::Cluster',
      Metadata: allow({
        CKV_AWS_65:
          'Container Insights cost some dollars a month for one container; the load balancer measures it for free',
      }),
      Properties: { ClusterName: names.metabase },
    },
    MetabaseTask: {
      Type: 'AWS::ECS::TaskDefinition',
      Metadata: allow({
        CKV_AWS_336:
          'The image makes the user that it runs as when it starts, and unpacks its drivers, so that its disk must take writes',
      }),
      Properties: {
        Family: names.metabase,
        RequiresCompatibilities: ['FARGATE'],
        NetworkMode: 'awsvpc',
        RuntimePlatform: {
          CpuArchitecture: 'X86_64',
          OperatingSystemFamily: 'LINUX',
        },
        ...SIZE,
        TaskRoleArn: att('MetabaseTaskRole'),
        ExecutionRoleArn: att('MetabaseStartRole'),
        ContainerDefinitions: [container(stack)],
      },
    },
    MetabaseService: {
      Type: 'AWS::ECS::Service',
      DependsOn: [
        'MetabaseListener',
        // Its way out, whole: a first task that cannot fetch its image fails.
        ...['MetabasePrivateDefault', 'MetabasePublicDefault'],
        ...[...PRIVATE, 'MetabasePublicA'].map((id) => `${id}Route`),
        'MetabaseTaskRole',
        'MetabaseStartRole',
      ],
      Properties: {
        ServiceName: names.metabaseService,
        Cluster: ref('MetabaseCluster'),
        TaskDefinition: ref('MetabaseTask'),
        LaunchType: 'FARGATE',
        PlatformVersion: 'LATEST',
        HealthCheckGracePeriodSeconds: GRACE_SECONDS,
        DeploymentConfiguration: {
          MinimumHealthyPercent: 100,
          MaximumPercent: 200,
          DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        },
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            AssignPublicIp: 'DISABLED',
            Subnets: PRIVATE.map(ref),
            SecurityGroups: [att('MetabaseTaskGroup', 'GroupId')],
          },
        },
        LoadBalancers: [
          {
            ContainerName: 'metabase',
            ContainerPort: PORT,
            TargetGroupArn: ref('MetabaseTargets'),
          },
        ],
        PropagateTags: 'SERVICE',
      },
    },
  };
};

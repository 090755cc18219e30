import type { Statement } from '../access.ts';
import { arn, att, type Resources, ref } from '../cloudFormation.ts';
import { findJobSecrets } from '../findSources.ts';
import { ANYWHERE, securityGroup, tcp } from '../network.ts';
import { namesOf, type Stack } from '../settings.ts';
import { CIDR, MYSQL, NETWORK, PRIVATE, SERVER_GROUP } from './network.ts';

/** What leads the job into the network of the MySQL server. */
export const CONNECTION = 'MysqlJobConnection';
const GROUP = 'MysqlJobGroup';
const [SUBNET] = PRIVATE;

const connectionName = ({ stage }: Stack) => `${namesOf(stage).service}-mysql`;

/**
 * Whether the job runs in the network of the stage's MySQL server: a plan has it
 * read a table there itself. All of its runs do then, since a run of Glue cannot
 * choose.
 */
export const isJobInNetwork = (
  stack: Pick<Stack, 'mysql' | 'plans'>,
): boolean => stack.mysql && findJobSecrets(stack.plans).length > 0;

const id = (name: string) => att(name, 'GroupId');

/** The machines of a run speak with each other, at ports that Spark chooses. */
const amongThemselves = (direction: 'Ingress' | 'Egress', peer: string) => ({
  Type: `AWS::EC2::SecurityGroup${direction}`,
  Properties: {
    GroupId: id(GROUP),
    IpProtocol: 'tcp',
    FromPort: 0,
    ToPort: 65535,
    [peer]: id(GROUP),
    Description: 'The machines of one run, among themselves',
  },
});

/** The connection of the job, and what its machines may speak with. */
export const jobNetwork = (stack: Stack): Resources => {
  if (!isJobInNetwork(stack)) return {};
  return {
    [GROUP]: securityGroup(stack, NETWORK)(
      'The machines of the Spark job',
      [],
      [
        tcp(443, 'APIs of AWS', { CidrIp: ANYWHERE }),
        tcp(MYSQL, 'The MySQL server', { CidrIp: CIDR }),
      ],
    ),
    MysqlJobInward: amongThemselves('Ingress', 'SourceSecurityGroupId'),
    MysqlJobOutward: amongThemselves('Egress', 'DestinationSecurityGroupId'),
    MysqlJobToServer: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        GroupId: id(SERVER_GROUP),
        ...tcp(MYSQL, 'The Spark job', { SourceSecurityGroupId: id(GROUP) }),
      },
    },
    [CONNECTION]: {
      Type: 'AWS::Glue::Connection',
      Properties: {
        CatalogId: ref('AWS::AccountId'),
        ConnectionInput: {
          Name: connectionName(stack),
          Description: 'Into the network of the MySQL server',
          ConnectionType: 'NETWORK',
          ConnectionProperties: {},
          PhysicalConnectionRequirements: {
            AvailabilityZone: att(SUBNET, 'AvailabilityZone'),
            SubnetId: ref(SUBNET),
            SecurityGroupIdList: [id(GROUP)],
          },
        },
      },
    },
  };
};

/** What Glue does in the job's name to bring its machines into a network. */
export const inJobNetwork = (stack: Stack): Statement[] => {
  if (!isJobInNetwork(stack)) return [];
  const interfaces = arn('ec2', 'network-interface/*');
  return [
    {
      Sid: 'Connection',
      Effect: 'Allow',
      Action: ['glue:GetConnection'],
      Resource: [
        arn('glue', 'catalog'),
        arn('glue', `connection/${connectionName(stack)}`),
      ],
    },
    {
      Sid: 'FindNetwork',
      Effect: 'Allow',
      Action: [
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeRouteTables',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcAttribute',
        'ec2:DescribeVpcEndpoints',
      ],
      Resource: ['*'],
    },
    {
      Sid: 'Interfaces',
      Effect: 'Allow',
      Action: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
      Resource: [
        interfaces,
        arn('ec2', 'subnet/*'),
        arn('ec2', 'security-group/*'),
      ],
    },
    {
      Sid: 'TagInterfaces',
      Effect: 'Allow',
      Action: ['ec2:CreateTags', 'ec2:DeleteTags'],
      Resource: [interfaces],
      Condition: {
        'ForAllValues:StringEquals': {
          'aws:TagKeys': ['aws-glue-service-resource'],
        },
      },
    },
  ];
};

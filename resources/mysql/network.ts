import { allow, att, type Resources, ref, sub } from '../cloudFormation.ts';
import type { Stack } from '../settings.ts';

const NETWORK = '10.21.0.0/24';
const ANYWHERE = '0.0.0.0/0';
const MYSQL = 3306;

export const PRIVATE = ['MysqlPrivateA', 'MysqlPrivateB'] as const;
/** Of the functions that speak with the server. */
export const FUNCTION_GROUP = 'MysqlFunctionGroup';
export const SERVER_GROUP = 'MysqlServerGroup';

const named = (stack: Stack, what: string) => [
  { Key: 'Name', Value: `tributary-${stack.stage}-mysql-${what}` },
];

const subnets = (stack: Stack): Resources =>
  Object.fromEntries(
    [...PRIVATE, 'MysqlPublic'].flatMap((id, i) => {
      const isPublic = id === 'MysqlPublic';
      const subnet = {
        Type: 'AWS::EC2::Subnet',
        Properties: {
          VpcId: ref('MysqlNetwork'),
          AvailabilityZone: { 'Fn::Select': [i % 2, { 'Fn::GetAZs': '' }] },
          CidrBlock: { 'Fn::Select': [i, { 'Fn::Cidr': [NETWORK, 3, 6] }] },
          MapPublicIpOnLaunch: false,
          Tags: named(stack, id.replace('Mysql', '').toLowerCase()),
        },
      };
      const route = {
        Type: 'AWS::EC2::SubnetRouteTableAssociation',
        Properties: {
          SubnetId: ref(id),
          RouteTableId: ref(isPublic ? 'MysqlPublicRoutes' : 'MysqlRoutes'),
        },
      };
      return [
        [id, subnet],
        [`${id}Route`, route],
      ];
    }),
  );

const table = (stack: Stack, what: string) => ({
  Type: 'AWS::EC2::RouteTable',
  Properties: { VpcId: ref('MysqlNetwork'), Tags: named(stack, what) },
});

/**
 * `fetch` reads public servers, too, for which an endpoint cannot stand in: one
 * NAT gateway, $33 a month, in one zone. If that is lost, runs wait for it.
 */
const routes = (stack: Stack): Resources => ({
  MysqlGateway: {
    Type: 'AWS::EC2::InternetGateway',
    Properties: { Tags: named(stack, 'gateway') },
  },
  MysqlGatewayAttachment: {
    Type: 'AWS::EC2::VPCGatewayAttachment',
    Properties: {
      VpcId: ref('MysqlNetwork'),
      InternetGatewayId: ref('MysqlGateway'),
    },
  },
  MysqlNatAddress: {
    Type: 'AWS::EC2::EIP',
    DependsOn: 'MysqlGatewayAttachment',
    Properties: { Domain: 'vpc', Tags: named(stack, 'nat') },
  },
  MysqlNat: {
    Type: 'AWS::EC2::NatGateway',
    Properties: {
      AllocationId: att('MysqlNatAddress', 'AllocationId'),
      SubnetId: ref('MysqlPublic'),
      Tags: named(stack, 'nat'),
    },
  },
  MysqlPublicRoutes: table(stack, 'public'),
  MysqlPublicDefault: {
    Type: 'AWS::EC2::Route',
    DependsOn: 'MysqlGatewayAttachment',
    Properties: {
      RouteTableId: ref('MysqlPublicRoutes'),
      DestinationCidrBlock: ANYWHERE,
      GatewayId: ref('MysqlGateway'),
    },
  },
  MysqlRoutes: table(stack, 'private'),
  MysqlDefault: {
    Type: 'AWS::EC2::Route',
    Properties: {
      RouteTableId: ref('MysqlRoutes'),
      DestinationCidrBlock: ANYWHERE,
      NatGatewayId: ref('MysqlNat'),
    },
  },
  // Free, and keeps what is landed off the NAT gateway.
  MysqlS3: {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcId: ref('MysqlNetwork'),
      VpcEndpointType: 'Gateway',
      ServiceName: sub(`com.amazonaws.$\{AWS::Region}.s3`),
      RouteTableIds: [ref('MysqlRoutes')],
    },
  },
});

const tcp = (port: number, about: string, peer: object) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  Description: about,
  ...peer,
});

const group = (
  stack: Stack,
  about: string,
  inward: readonly object[],
  outward: readonly object[],
) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: {
    GroupDescription: about,
    VpcId: ref('MysqlNetwork'),
    SecurityGroupIngress: inward,
    // Without any, all would be allowed.
    SecurityGroupEgress: outward,
    Tags: named(stack, 'group'),
  },
});

const groups = (stack: Stack): Resources => ({
  [FUNCTION_GROUP]: group(
    stack,
    'The functions that speak with the MySQL server',
    [],
    [
      tcp(443, 'Sources, and APIs of AWS', { CidrIp: ANYWHERE }),
      tcp(80, 'Sources without TLS', { CidrIp: ANYWHERE }),
      tcp(MYSQL, 'The MySQL server', { CidrIp: NETWORK }),
    ],
  ),
  [SERVER_GROUP]: group(
    stack,
    'The MySQL server',
    [
      tcp(MYSQL, 'The functions', {
        SourceSecurityGroupId: att(FUNCTION_GROUP, 'GroupId'),
      }),
    ],
    [
      {
        IpProtocol: '-1',
        CidrIp: '127.0.0.1/32',
        Description: 'Nowhere',
      },
    ],
  ),
});

/** Private subnets in two zones, as RDS wants; one public, for the NAT. */
export const network = (stack: Stack): Resources => ({
  MysqlNetwork: {
    Type: 'AWS::EC2::VPC',
    Metadata: allow({
      CKV2_AWS_11:
        'Flow logs cost by the gigabyte and would have no reader; the log of a run tells what it fetched',
      CKV2_AWS_12:
        'CloudFormation cannot change the default security group; nothing is in it',
    }),
    Properties: {
      CidrBlock: NETWORK,
      EnableDnsSupport: true,
      EnableDnsHostnames: true,
      Tags: named(stack, 'network'),
    },
  },
  ...subnets(stack),
  ...routes(stack),
  ...groups(stack),
});

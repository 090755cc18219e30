import { allow, att, type Resources, ref, sub } from '../cloudFormation.ts';
import type { Stack } from '../settings.ts';
import { NETWORK, networksOf, PORT } from './settings.ts';

const ANYWHERE = '0.0.0.0/0';
const ZONES = ['A', 'B'] as const;

const zone = (i: number) => ({ 'Fn::Select': [i, { 'Fn::GetAZs': '' }] });
const part = (i: number) => ({
  'Fn::Select': [i, { 'Fn::Cidr': [NETWORK, 4, 8] }],
});

export const PRIVATE = ZONES.map((name) => `MetabasePrivate${name}`);
export const PUBLIC = ZONES.map((name) => `MetabasePublic${name}`);

const named = (stack: Stack, what: string) => [
  { Key: 'Name', Value: `tributary-${stack.stage}-metabase-${what}` },
];

const subnets = (stack: Stack): Resources =>
  Object.fromEntries(
    [...PUBLIC, ...PRIVATE].flatMap((id, i) => {
      const table = PUBLIC.includes(id)
        ? 'MetabasePublicRoutes'
        : 'MetabasePrivateRoutes';
      const subnet = {
        Type: 'AWS::EC2::Subnet',
        Properties: {
          VpcId: ref('MetabaseNetwork'),
          AvailabilityZone: zone(i % ZONES.length),
          CidrBlock: part(i),
          MapPublicIpOnLaunch: false,
          Tags: named(stack, id.replace('Metabase', '').toLowerCase()),
        },
      };
      const route = {
        Type: 'AWS::EC2::SubnetRouteTableAssociation',
        Properties: { SubnetId: ref(id), RouteTableId: ref(table) },
      };
      return [
        [id, subnet],
        [`${id}Route`, route],
      ];
    }),
  );

/**
 * One NAT gateway: $33 a month. Without it, Athena, Glue, Secrets Manager and
 * the logs take an interface endpoint each, at $7.30 a zone and month, and two
 * more for an image that is copied to ECR first: $44 in one zone. It stands in
 * one zone: if that is lost, Metabase is, and no run needs it.
 */
const routes = (stack: Stack): Resources => ({
  MetabaseGateway: {
    Type: 'AWS::EC2::InternetGateway',
    Properties: { Tags: named(stack, 'gateway') },
  },
  MetabaseGatewayAttachment: {
    Type: 'AWS::EC2::VPCGatewayAttachment',
    Properties: {
      VpcId: ref('MetabaseNetwork'),
      InternetGatewayId: ref('MetabaseGateway'),
    },
  },
  MetabaseNatAddress: {
    Type: 'AWS::EC2::EIP',
    DependsOn: 'MetabaseGatewayAttachment',
    Properties: { Domain: 'vpc', Tags: named(stack, 'nat') },
  },
  MetabaseNat: {
    Type: 'AWS::EC2::NatGateway',
    Properties: {
      AllocationId: att('MetabaseNatAddress', 'AllocationId'),
      SubnetId: ref('MetabasePublicA'),
      Tags: named(stack, 'nat'),
    },
  },
  MetabasePublicRoutes: {
    Type: 'AWS::EC2::RouteTable',
    Properties: {
      VpcId: ref('MetabaseNetwork'),
      Tags: named(stack, 'public'),
    },
  },
  MetabasePublicDefault: {
    Type: 'AWS::EC2::Route',
    DependsOn: 'MetabaseGatewayAttachment',
    Properties: {
      RouteTableId: ref('MetabasePublicRoutes'),
      DestinationCidrBlock: ANYWHERE,
      GatewayId: ref('MetabaseGateway'),
    },
  },
  MetabasePrivateRoutes: {
    Type: 'AWS::EC2::RouteTable',
    Properties: {
      VpcId: ref('MetabaseNetwork'),
      Tags: named(stack, 'private'),
    },
  },
  MetabasePrivateDefault: {
    Type: 'AWS::EC2::Route',
    Properties: {
      RouteTableId: ref('MetabasePrivateRoutes'),
      DestinationCidrBlock: ANYWHERE,
      NatGatewayId: ref('MetabaseNat'),
    },
  },
  // Free, and keeps what Athena answers off the NAT gateway.
  MetabaseS3: {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcId: ref('MetabaseNetwork'),
      VpcEndpointType: 'Gateway',
      ServiceName: sub(`com.amazonaws.$\{AWS::Region}.s3`),
      RouteTableIds: [ref('MetabasePrivateRoutes')],
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
    VpcId: ref('MetabaseNetwork'),
    SecurityGroupIngress: inward,
    // Without any, all would be allowed.
    SecurityGroupEgress: outward,
    Tags: named(stack, 'group'),
  },
});

const NOWHERE = {
  IpProtocol: '-1',
  CidrIp: '127.0.0.1/32',
  Description: 'Nowhere',
};
const AWS_APIS = tcp(443, 'APIs of AWS', { CidrIp: ANYWHERE });

const groups = (stack: Stack): Resources => ({
  MetabaseBalancerGroup: group(
    stack,
    'The load balancer of Metabase',
    [
      ...networksOf(stack.metabase).map((CidrIp) =>
        tcp(443, 'People', { CidrIp }),
      ),
      tcp(443, 'The function that applies dashboards', {
        CidrIp: sub(`$\{MetabaseNatAddress}/32`),
      }),
    ],
    // By its address: a group that refers back would be a circle.
    [tcp(PORT, 'Metabase', { CidrIp: NETWORK })],
  ),
  MetabaseTaskGroup: group(
    stack,
    'Metabase',
    [
      tcp(PORT, 'The load balancer', {
        SourceSecurityGroupId: att('MetabaseBalancerGroup', 'GroupId'),
      }),
    ],
    [
      AWS_APIS,
      tcp(444, 'Answers of Athena, as they come', { CidrIp: ANYWHERE }),
      tcp(5432, 'Its own database', { CidrIp: NETWORK }),
    ],
  ),
  MetabaseDatabaseGroup: group(
    stack,
    'The database of Metabase',
    [
      tcp(5432, 'Metabase', {
        SourceSecurityGroupId: att('MetabaseTaskGroup', 'GroupId'),
      }),
    ],
    [NOWHERE],
  ),
  MetabaseFunctionGroup: group(
    stack,
    'The function that applies dashboards',
    [],
    [AWS_APIS],
  ),
});

/** Two zones, as the load balancer and the database want: public and private. */
export const network = (stack: Stack): Resources => ({
  MetabaseNetwork: {
    Type: 'AWS::EC2::VPC',
    Metadata: allow({
      CKV2_AWS_11:
        'Flow logs cost by the gigabyte and would have no reader; the log of Metabase tells who asked what',
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

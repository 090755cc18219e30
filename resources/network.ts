import { allow, att, type Resources, ref, sub } from './cloudFormation.ts';
import type { Stack } from './settings.ts';

export const ANYWHERE = '0.0.0.0/0';

/** A network of an option of the stage, with one way out. */
export interface Network {
  /** What the logical ids of all that is in it begin with. */
  readonly id: 'Metabase' | 'Mysql';
  readonly cidr: string;
  /** How many parts it is cut into, and the bits of the addresses of each. */
  readonly parts: readonly [count: number, bits: number];
  /** Subnets by logical id: `<id>Public…` and `<id>Private…`, zone after zone. */
  readonly subnets: readonly string[];
  /** The public one that the NAT gateway is in. */
  readonly gatewayIn: string;
  /** What the ids of the routes of the private ones begin with. */
  readonly privateRoutes: string;
  /** Why nobody writes down what flows. */
  readonly noFlowLogs: string;
}

const ZONES = 2;

const named = ({ stage }: Stack, { id }: Pick<Network, 'id'>, what: string) => [
  { Key: 'Name', Value: `tributary-${stage}-${id.toLowerCase()}-${what}` },
];

const vpcOf = ({ id }: Pick<Network, 'id'>) => ref(`${id}Network`);

const subnetsOf = (stack: Stack, network: Network): Resources =>
  Object.fromEntries(
    network.subnets.flatMap((subnet, i) => {
      const { id, cidr, parts, privateRoutes } = network;
      const isPublic = subnet.startsWith(`${id}Public`);
      const routes = isPublic ? `${id}PublicRoutes` : `${privateRoutes}Routes`;
      return [
        [
          subnet,
          {
            Type: 'AWS::EC2::Subnet',
            Properties: {
              VpcId: vpcOf(network),
              AvailabilityZone: {
                'Fn::Select': [i % ZONES, { 'Fn::GetAZs': '' }],
              },
              CidrBlock: {
                'Fn::Select': [i, { 'Fn::Cidr': [cidr, ...parts] }],
              },
              MapPublicIpOnLaunch: false,
              Tags: named(stack, network, subnet.replace(id, '').toLowerCase()),
            },
          },
        ],
        [
          `${subnet}Route`,
          {
            Type: 'AWS::EC2::SubnetRouteTableAssociation',
            Properties: { SubnetId: ref(subnet), RouteTableId: ref(routes) },
          },
        ],
      ];
    }),
  );

const table = (stack: Stack, network: Network, what: string) => ({
  Type: 'AWS::EC2::RouteTable',
  Properties: { VpcId: vpcOf(network), Tags: named(stack, network, what) },
});

const routesOf = (stack: Stack, network: Network): Resources => {
  const { id, gatewayIn, privateRoutes } = network;
  return {
    [`${id}Gateway`]: {
      Type: 'AWS::EC2::InternetGateway',
      Properties: { Tags: named(stack, network, 'gateway') },
    },
    [`${id}GatewayAttachment`]: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: {
        VpcId: vpcOf(network),
        InternetGatewayId: ref(`${id}Gateway`),
      },
    },
    [`${id}NatAddress`]: {
      Type: 'AWS::EC2::EIP',
      DependsOn: `${id}GatewayAttachment`,
      Properties: { Domain: 'vpc', Tags: named(stack, network, 'nat') },
    },
    [`${id}Nat`]: {
      Type: 'AWS::EC2::NatGateway',
      Properties: {
        AllocationId: att(`${id}NatAddress`, 'AllocationId'),
        SubnetId: ref(gatewayIn),
        Tags: named(stack, network, 'nat'),
      },
    },
    [`${id}PublicRoutes`]: table(stack, network, 'public'),
    [`${id}PublicDefault`]: {
      Type: 'AWS::EC2::Route',
      DependsOn: `${id}GatewayAttachment`,
      Properties: {
        RouteTableId: ref(`${id}PublicRoutes`),
        DestinationCidrBlock: ANYWHERE,
        GatewayId: ref(`${id}Gateway`),
      },
    },
    [`${privateRoutes}Routes`]: table(stack, network, 'private'),
    [`${privateRoutes}Default`]: {
      Type: 'AWS::EC2::Route',
      Properties: {
        RouteTableId: ref(`${privateRoutes}Routes`),
        DestinationCidrBlock: ANYWHERE,
        NatGatewayId: ref(`${id}Nat`),
      },
    },
    // Free, and keeps what goes to S3 and comes from there off the NAT gateway.
    [`${id}S3`]: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcId: vpcOf(network),
        VpcEndpointType: 'Gateway',
        ServiceName: sub(`com.amazonaws.$\{AWS::Region}.s3`),
        RouteTableIds: [ref(`${privateRoutes}Routes`)],
      },
    },
  };
};

/** The network, its subnets, and the ways out of them. */
export const networkResources = (
  stack: Stack,
  network: Network,
): Resources => ({
  [`${network.id}Network`]: {
    Type: 'AWS::EC2::VPC',
    Metadata: allow({
      CKV2_AWS_11: `Flow logs cost by the gigabyte and would have no reader; ${network.noFlowLogs}`,
      CKV2_AWS_12:
        'CloudFormation cannot change the default security group; nothing is in it',
    }),
    Properties: {
      CidrBlock: network.cidr,
      EnableDnsSupport: true,
      EnableDnsHostnames: true,
      Tags: named(stack, network, 'network'),
    },
  },
  ...subnetsOf(stack, network),
  ...routesOf(stack, network),
});

/** A rule for one port. */
export const tcp = (port: number, about: string, peer: object) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  Description: about,
  ...peer,
});

/** Without any rule, all that goes out would be allowed. */
export const NOWHERE = {
  IpProtocol: '-1',
  CidrIp: '127.0.0.1/32',
  Description: 'Nowhere',
};

/** What may speak with what, in a network. */
export const securityGroup =
  (stack: Stack, network: Pick<Network, 'id'>) =>
  (about: string, inward: readonly object[], outward: readonly object[]) => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: about,
      VpcId: vpcOf(network),
      SecurityGroupIngress: inward,
      SecurityGroupEgress: outward,
      Tags: named(stack, network, 'group'),
    },
  });

import { att, type Resources, sub } from '../cloudFormation.ts';
import {
  ANYWHERE,
  type Network,
  NOWHERE,
  networkResources,
  securityGroup,
  tcp,
} from '../network.ts';
import type { Stack } from '../settings.ts';
import { NETWORK as CIDR, networksOf, PORT } from './settings.ts';

const ZONES = ['A', 'B'] as const;

export const PRIVATE = ZONES.map((name) => `MetabasePrivate${name}`);
export const PUBLIC = ZONES.map((name) => `MetabasePublic${name}`);

/**
 * Two zones, as the load balancer and the database want: public and private.
 * One NAT gateway: $33 a month. Without it, Athena, Glue, Secrets Manager and
 * the logs take an interface endpoint each, at $7.30 a zone and month, and two
 * more for an image that is copied to ECR first: $44 in one zone. It stands in
 * one zone: if that is lost, Metabase is, and no run needs it.
 */
const NETWORK: Network = {
  id: 'Metabase',
  cidr: CIDR,
  parts: [4, 8],
  subnets: [...PUBLIC, ...PRIVATE],
  gatewayIn: 'MetabasePublicA',
  privateRoutes: 'MetabasePrivate',
  noFlowLogs: 'the log of Metabase tells who asked what',
};

const AWS_APIS = tcp(443, 'APIs of AWS', { CidrIp: ANYWHERE });

const groups = (stack: Stack): Resources => {
  const group = securityGroup(stack, NETWORK);
  return {
    MetabaseBalancerGroup: group(
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
      [tcp(PORT, 'Metabase', { CidrIp: CIDR })],
    ),
    MetabaseTaskGroup: group(
      'Metabase',
      [
        tcp(PORT, 'The load balancer', {
          SourceSecurityGroupId: att('MetabaseBalancerGroup', 'GroupId'),
        }),
      ],
      [
        AWS_APIS,
        tcp(444, 'Answers of Athena, as they come', { CidrIp: ANYWHERE }),
        tcp(5432, 'Its own database', { CidrIp: CIDR }),
      ],
    ),
    MetabaseDatabaseGroup: group(
      'The database of Metabase',
      [
        tcp(5432, 'Metabase', {
          SourceSecurityGroupId: att('MetabaseTaskGroup', 'GroupId'),
        }),
      ],
      [NOWHERE],
    ),
    MetabaseFunctionGroup: group(
      'The function that applies dashboards',
      [],
      [AWS_APIS],
    ),
  };
};

export const network = (stack: Stack): Resources => ({
  ...networkResources(stack, NETWORK),
  ...groups(stack),
});

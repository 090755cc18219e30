import { att, type Resources } from '../cloudFormation.ts';
import {
  ANYWHERE,
  type Network,
  NOWHERE,
  networkResources,
  securityGroup,
  tcp,
} from '../network.ts';
import type { Stack } from '../settings.ts';

export const CIDR = '10.21.0.0/24';
export const MYSQL = 3306;

export const PRIVATE = ['MysqlPrivateA', 'MysqlPrivateB'] as const;
/** Of the functions that speak with the server. */
export const FUNCTION_GROUP = 'MysqlFunctionGroup';
export const SERVER_GROUP = 'MysqlServerGroup';

/**
 * Private subnets in two zones, as RDS wants; one public, for the NAT gateway:
 * $33 a month, in one zone, since `fetch` reads public servers, too, for which an
 * endpoint cannot stand in. If it is lost, runs wait for it.
 */
export const NETWORK: Network = {
  id: 'Mysql',
  cidr: CIDR,
  parts: [3, 6],
  subnets: [...PRIVATE, 'MysqlPublic'],
  gatewayIn: 'MysqlPublic',
  privateRoutes: 'Mysql',
  noFlowLogs: 'the log of a run tells what it fetched',
};

export const network = (stack: Stack): Resources => {
  const group = securityGroup(stack, NETWORK);
  return {
    ...networkResources(stack, NETWORK),
    [FUNCTION_GROUP]: group(
      'The functions that speak with the MySQL server',
      [],
      [
        tcp(443, 'Sources, and APIs of AWS', { CidrIp: ANYWHERE }),
        tcp(80, 'Sources without TLS', { CidrIp: ANYWHERE }),
        tcp(MYSQL, 'The MySQL server', { CidrIp: CIDR }),
      ],
    ),
    [SERVER_GROUP]: group(
      'The MySQL server',
      [
        tcp(MYSQL, 'The functions', {
          SourceSecurityGroupId: att(FUNCTION_GROUP, 'GroupId'),
        }),
      ],
      [NOWHERE],
    ),
  };
};

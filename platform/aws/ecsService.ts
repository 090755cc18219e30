import {
  DescribeServicesCommand,
  type ECSClient,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { TributaryError } from '../../core/errors.ts';
import type { ContainerService } from '../ports.ts';

/** A service of Amazon ECS: `service/<cluster>/<name>` at the end of its ARN. */
export const ecsService = (
  client: ECSClient,
  serviceArn: string,
): ContainerService => {
  const [cluster] = serviceArn.split('/').slice(-2);
  return {
    wanted: async () => {
      const { services = [] } = await client.send(
        new DescribeServicesCommand({ cluster, services: [serviceArn] }),
      );
      const [found] = services;
      if (found?.status !== 'ACTIVE')
        throw new TributaryError(`there is no service ${serviceArn}`);
      return found.desiredCount ?? 0;
    },
    want: async (desiredCount) => {
      await client.send(
        new UpdateServiceCommand({
          cluster,
          service: serviceArn,
          desiredCount,
        }),
      );
    },
  };
};

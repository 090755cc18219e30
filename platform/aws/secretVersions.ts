import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { SecretError } from '../../core/errors.ts';
import type { SecretVersions } from '../ports.ts';

const CURRENT = 'AWSCURRENT';

/** The versions of a secret of Secrets Manager, by its ARN. */
export const secretVersions = (
  client: SecretsManagerClient,
): SecretVersions => {
  const stages = async (SecretId: string) => {
    const { VersionIdsToStages = {} } = await client.send(
      new DescribeSecretCommand({ SecretId }),
    );
    return VersionIdsToStages;
  };
  return {
    stages,
    read: async (SecretId, VersionStage, VersionId) => {
      try {
        const { SecretString = '' } = await client.send(
          new GetSecretValueCommand({
            SecretId,
            VersionStage,
            ...(VersionId !== undefined && { VersionId }),
          }),
        );
        return JSON.parse(SecretString) as Record<string, unknown>;
      } catch (cause) {
        if ((cause as Error).name === 'ResourceNotFoundException')
          return undefined;
        // A parser's message would quote the secret, so that none is passed on.
        throw new SecretError(
          `the version ${VersionStage} of the secret cannot be read: ` +
            (cause as Error).name,
        );
      }
    },
    put: async (SecretId, ClientRequestToken, value) => {
      await client.send(
        new PutSecretValueCommand({
          SecretId,
          ClientRequestToken,
          SecretString: JSON.stringify(value),
          VersionStages: ['AWSPENDING'],
        }),
      );
    },
    promote: async (SecretId, MoveToVersionId) => {
      const before = Object.entries(await stages(SecretId)).find(([, names]) =>
        names?.includes(CURRENT),
      );
      if (before?.[0] === MoveToVersionId) return;
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: CURRENT,
          MoveToVersionId,
          ...(before && { RemoveFromVersionId: before[0] }),
        }),
      );
    },
  };
};

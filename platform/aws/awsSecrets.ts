import {
  GetSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SecretError } from '../../core/errors.ts';
import type { Secrets } from '../ports.ts';
import type { AwsSettings } from './settings.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What Secrets Manager knows a secret of the definitions by. */
export const secretIdOf = (
  { stage }: Pick<AwsSettings, 'stage'>,
  name: string,
): string => `tributary/${stage}/${name}`;

/** Secrets of Secrets Manager, each `tributary/<stage>/<name>`. */
export const awsSecrets = (
  client: SecretsManagerClient,
  settings: Pick<AwsSettings, 'stage'>,
): Secrets => ({
  read: async (name) => {
    const SecretId = secretIdOf(settings, name);
    const { SecretString = '' } = await client
      .send(new GetSecretValueCommand({ SecretId }))
      .catch((cause: Error) => {
        throw new SecretError(
          `the secret "${SecretId}" cannot be read: ${cause.name}`,
          {},
          { cause },
        );
      });
    try {
      const value: unknown = JSON.parse(SecretString);
      if (isObject(value)) return value;
    } catch {
      // The parser's message would quote the secret.
    }
    throw new SecretError(`the secret "${SecretId}" is no JSON object`);
  },
});

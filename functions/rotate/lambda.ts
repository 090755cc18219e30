import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretVersions } from '../../platform/aws/secretVersions.ts';
import { lambda } from '../shared/lambda.ts';
import { rotate } from './handler.ts';

/** Called by Secrets Manager, four times for each rotation. */
export const handler = lambda('rotate', () =>
  rotate(secretVersions(new SecretsManagerClient({}))),
);

import { allow, pascal, type Resources } from './cloudFormation.ts';
import { findSecrets } from './findSources.ts';
import { mysqlLogin, mysqlSecret } from './mysql/mysql.ts';
import { namesOf, type Stack } from './settings.ts';

export const secretId = (name: string) => `${pascal(name)}Secret`;

/**
 * A secret for each that a source names. Its value is put in by a person; that of
 * the stack's own MySQL server is made, and rotated.
 */
export const secrets = (stack: Stack): Resources =>
  Object.fromEntries(
    findSecrets(stack.plans).map((name) => [
      secretId(name),
      {
        Type: 'AWS::SecretsManager::Secret',
        DeletionPolicy: stack.isKept ? 'Retain' : 'Delete',
        UpdateReplacePolicy: stack.isKept ? 'Retain' : 'Delete',
        Metadata: allow({
          CKV_AWS_149:
            'Encrypted with the key of the service: a key of our own costs $1 a month, and who may read the secret is settled by the roles',
        }),
        Properties: {
          Name: namesOf(stack.stage).secret(name),
          Description: `Read by the sources of Tributary, as ${name}`,
          ...(stack.mysql &&
            name === mysqlSecret(stack.plans) && {
              GenerateSecretString: mysqlLogin,
            }),
        },
      },
    ]),
  );

import {
  allow,
  type Resource,
  type Resources,
  sub,
} from '../cloudFormation.ts';
import { namesOf, type Stack } from '../settings.ts';

const secret = (
  { isKept, stage }: Stack,
  name: string,
  about: string,
  generate: object,
): Resource => ({
  Type: 'AWS::SecretsManager::Secret',
  DeletionPolicy: isKept ? 'Retain' : 'Delete',
  UpdateReplacePolicy: isKept ? 'Retain' : 'Delete',
  Metadata: allow({
    CKV_AWS_149:
      'Encrypted with the key of the service: a key of our own costs $1 a month, and who may read the secret is settled by the roles',
  }),
  Properties: {
    Name: namesOf(stage).secret(name),
    Description: about,
    GenerateSecretString: {
      PasswordLength: 48,
      ExcludePunctuation: true,
      ...generate,
    },
  },
});

/**
 * The login of the administrator, as `metabase apply` reads it, and the key that
 * Metabase encrypts its databases' details with. CloudFormation makes another
 * password where the template of a secret changes, and Metabase would still
 * have the old one: so nothing is in it that a param changes.
 */
export const metabaseSecrets = (stack: Stack): Resources => {
  const names = namesOf(stack.stage);
  const login = {
    email: 'admin@tributary.example',
    database: {
      engine: 'athena',
      name: 'Tributary',
      schemaPrefix: names.databasePrefix,
      details: {
        region: `$\{AWS::Region}`,
        workgroup: names.metabase,
        s3_staging_dir: `s3://$\{ResultsBucket}/metabase/`,
        catalog: 'AwsDataCatalog',
        // Blank: the role of the task.
        access_key: '',
        secret_key: '',
      },
    },
  };
  return {
    MetabaseLogin: secret(stack, 'metabase', 'The administrator of Metabase', {
      SecretStringTemplate: sub(JSON.stringify(login)),
      GenerateStringKey: 'password',
    }),
    MetabaseKey: secret(
      stack,
      'metabase/key',
      'Metabase encrypts with it; without it, it cannot read its databases’ details',
      {},
    ),
  };
};

import { inNetwork, statementsOf, telemetry, trust } from './access.ts';
import { allow, pascal, type Resources } from './cloudFormation.ts';
import { functionsIn, networkOf } from './functions.ts';
import type { Stack } from './settings.ts';

export const roleId = (name: string) => `${pascal(name)}Role`;

const NETWORK_REASON = {
  CKV_AWS_111:
    'Lambda asks for the right to make network interfaces on *; a Deny keeps it from the code of the function',
};

/** A role for each function, with what `functions.ts` gives it. */
export const roles = (stack: Stack): Resources =>
  Object.fromEntries(
    functionsIn(stack).map(([name, spec]) => [
      roleId(name),
      {
        Type: 'AWS::IAM::Role',
        ...(networkOf(stack, spec) && { Metadata: allow(NETWORK_REASON) }),
        Properties: {
          AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
          Policies: [
            {
              PolicyName: 'own',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [
                  ...statementsOf(stack, spec.access),
                  ...(networkOf(stack, spec) ? inNetwork(stack, name) : []),
                  ...telemetry(stack, name),
                ],
              },
            },
          ],
        },
      },
    ]),
  );

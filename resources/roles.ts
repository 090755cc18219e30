import { statementsOf, telemetry, trust } from './access.ts';
import { pascal, type Resources } from './cloudFormation.ts';
import { FUNCTIONS } from './functions.ts';
import type { Stack } from './settings.ts';

export const roleId = (name: string) => `${pascal(name)}Role`;

/** A role for each function, with what `functions.ts` gives it. */
export const roles = (stack: Stack): Resources =>
  Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, { access }]) => [
      roleId(name),
      {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
          Policies: [
            {
              PolicyName: 'own',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [
                  ...statementsOf(stack, access),
                  ...telemetry(stack, name),
                ],
              },
            },
          ],
        },
      },
    ]),
  );

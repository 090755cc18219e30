import { registerHooks } from 'node:module';
import type { StateMachine } from 'aws-local-stepfunctions';

/**
 * What the local state machine imports for work that it never does here: it
 * calls no Lambda, and the definition is validated by the tests. Loading these
 * would take longer than a small pipeline.
 */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-lambda': ['LambdaClient', 'InvokeCommand'],
  '@aws-sdk/credential-providers': ['fromCognitoIdentityPool'],
  'asl-validator': ['default'],
};

const stubOf = (names: readonly string[]) => {
  const lines = names.map((name) =>
    name === 'default'
      ? 'export default unused;'
      : `export { unused as ${name} };`,
  );
  const body =
    'const unused = function () { throw new Error(' +
    "'not available to the local state machine'); };";
  return `data:text/javascript,${encodeURIComponent(body + lines.join(''))}`;
};

/** The state machine's class, without what it would load in vain. */
export const loadStateMachine = async (): Promise<typeof StateMachine> => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const names = UNUSED[specifier];
      return names && context.parentURL?.includes('/aws-local-stepfunctions/')
        ? { url: stubOf(names), format: 'module', shortCircuit: true }
        : next(specifier, context);
    },
  });
  try {
    return (await import('aws-local-stepfunctions')).StateMachine;
  } finally {
    hooks.deregister();
  }
};

import { registerHooks } from 'node:module';
import type { StateMachine } from 'aws-local-stepfunctions';
import { stubOf, UNUSED } from './startUp/unused.js';

const dataUrl = (source: string) =>
  `data:text/javascript,${encodeURIComponent(source)}`;

/** The state machine's class, without what it would load in vain. */
export const loadStateMachine = async (): Promise<typeof StateMachine> => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const names = UNUSED[specifier];
      return names && context.parentURL?.includes('/aws-local-stepfunctions/')
        ? { url: dataUrl(stubOf(names)), format: 'module', shortCircuit: true }
        : next(specifier, context);
    },
  });
  try {
    return (await import('aws-local-stepfunctions')).StateMachine;
  } finally {
    hooks.deregister();
  }
};

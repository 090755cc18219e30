import type { StateMachine } from 'aws-local-stepfunctions';

/**
 * Stands in for `cli/loadStateMachine.ts` in Jest, which knows no module hooks:
 * the same class, and all that it loads in vain.
 */
export const loadStateMachine = async (): Promise<typeof StateMachine> =>
  (await import('aws-local-stepfunctions')).StateMachine;

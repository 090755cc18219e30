import type { ActorReport, Kill } from './actorSpec.ts';

/** A moment to kill at, and how to call it. */
export interface Moment {
  readonly name: string;
  readonly kill: Kill;
}

/** Before each operation, or after it, or half way through it. */
export const operationMoments = (
  { operations }: ActorReport,
  when: 'before' | 'amid' | 'after',
  step?: string,
): Moment[] =>
  operations
    .filter((operation) => step === undefined || operation.step === step)
    .filter(({ canHalve }) => when !== 'amid' || canHalve)
    .map(({ number, name, file, ...operation }) => ({
      name: `${when} ${number} (${operation.step}: ${name} ${file})`,
      kill: { when, operation: number },
    }));

/** Where each handler begins and ends. */
export const boundaryMoments = ({ boundaries }: ActorReport): Moment[] =>
  boundaries.map((kill) => ({
    name: `where ${kill.step} ${kill.when}`,
    kill,
  }));

import { randomUUID } from 'node:crypto';
import { TokenError } from '../../core/errors.ts';
import type { Callbacks } from '../ports.ts';

/** How long a state waits for its token, and how long for a sign of life. */
export interface Patience {
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
}

interface Waiting {
  readonly succeed: (output: unknown) => void;
  readonly fail: (error: Error) => void;
  readonly beat: () => void;
}

/** A state that waits for its token. */
export interface LocalTask {
  readonly token: string;
  /** The output that the token was told; rejects with its error. */
  readonly ended: Promise<unknown>;
  /** Waits no more. */
  forget(): void;
}

const waiting = new Map<string, Waiting>();

const named = (name: string, message: string) =>
  Object.assign(new Error(message), { name });

const later = (seconds: number | undefined, act: () => void) =>
  seconds === undefined ? undefined : setTimeout(act, seconds * 1000);

/**
 * Begins to wait as Step Functions does: for the token, so many seconds at
 * most, and never longer than `heartbeatSeconds` without a sign of life.
 */
export const newTask = (patience: Patience = {}): LocalTask => {
  const { timeoutSeconds, heartbeatSeconds } = patience;
  const token = `local:${randomUUID()}`;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  let heart: NodeJS.Timeout | undefined;
  const late = later(timeoutSeconds, () =>
    fail(named('States.Timeout', `no end after ${timeoutSeconds} s`)),
  );
  const stop = () => {
    clearTimeout(late);
    clearTimeout(heart);
    waiting.delete(token);
  };
  const fail = (error: Error) => {
    stop();
    reject(error);
  };
  const beat = () => {
    clearTimeout(heart);
    const message = `no sign of life for ${heartbeatSeconds} s`;
    heart = later(heartbeatSeconds, () =>
      fail(named('States.HeartbeatTimeout', message)),
    );
  };
  const succeed = (output: unknown) => {
    stop();
    resolve(output);
  };
  beat();
  waiting.set(token, { succeed, fail, beat });
  // Awaited later; a failure before that is no unhandled one.
  promise.catch(() => {});
  return { token, ended: promise, forget: stop };
};

const of = (token: string): Waiting => {
  const task = waiting.get(token);
  if (!task) throw new TokenError('nobody waits for the task token any more');
  return task;
};

/** The tokens of this process. */
export const localCallbacks: Callbacks = {
  succeed: async (token, output) => of(token).succeed(output),
  fail: async (token, { name, message }) =>
    of(token).fail(named(name, message)),
  beat: async (token) => of(token).beat(),
};

import { TokenError } from '../../core/errors.ts';
import type { Callbacks } from '../ports.ts';

/** How the wait for a token ended. */
export type TaskEnd =
  | { readonly output: unknown }
  | { readonly error: string; readonly cause: string };

/** A state that waits for its token. */
export interface WaitingTask {
  readonly token: string;
  readonly ended: Promise<TaskEnd>;
}

export interface CallbacksPlace {
  readonly callbacks: Callbacks;
  /** Waits for so many seconds at most. */
  wait(timeoutSeconds: number): Promise<WaitingTask>;
}

const ERROR = { name: 'CheckError', message: '3 rows: "ä"' };
const PATIENT = 300;

/** What a job that tells of its end may rely on. */
export const callbacksContract = (
  name: string,
  open: () => Promise<CallbacksPlace>,
): void => {
  describe(`callbacks: ${name}`, () => {
    test('the state goes on with the output', async () => {
      const { callbacks, wait } = await open();
      const { token, ended } = await wait(PATIENT);
      await callbacks.beat(token);
      await callbacks.succeed(token, { rows: 3, name: 'ä' });
      expect(await ended).toEqual({ output: { rows: 3, name: 'ä' } });
    });

    test('the state fails with the error', async () => {
      const { callbacks, wait } = await open();
      const { token, ended } = await wait(PATIENT);
      await callbacks.fail(token, ERROR);
      expect(await ended).toEqual({
        error: ERROR.name,
        cause: ERROR.message,
      });
    });

    test('a second or a late one is told that nobody waits', async () => {
      const { callbacks, wait } = await open();
      const { token, ended } = await wait(PATIENT);
      await callbacks.succeed(token, 'first');
      expect(await ended).toEqual({ output: 'first' });
      for (const tell of [
        () => callbacks.succeed(token, 'second'),
        () => callbacks.fail(token, ERROR),
        () => callbacks.beat(token),
        () => callbacks.succeed('none', {}),
      ])
        await expect(tell()).rejects.toThrow(TokenError);
    });

    test('nobody waits for longer than agreed', async () => {
      const { callbacks, wait } = await open();
      const { token, ended } = await wait(1);
      expect(await ended).toMatchObject({ error: 'States.Timeout' });
      await expect(callbacks.beat(token)).rejects.toThrow(TokenError);
    });
  });
};

import { setTimeout as sleep } from 'node:timers/promises';
import { callbacksContract } from '../contract/callbacksContract.ts';
import { localCallbacks, newTask } from './localTasks.ts';

const { succeed, beat } = localCallbacks;

callbacksContract('tokens of this process', async () => ({
  callbacks: localCallbacks,
  wait: async (timeoutSeconds) => {
    const { token, ended } = newTask({ timeoutSeconds });
    return {
      token,
      ended: ended.then(
        (output) => ({ output }),
        ({ name, message }: Error) => ({ error: name, cause: message }),
      ),
    };
  },
}));

test('does not wait for one that gives no sign of life', async () => {
  const task = newTask({ heartbeatSeconds: 0.02 });
  await expect(task.ended).rejects.toThrow('no sign of life for 0.02 s');
});

test('waits on as long as there are signs of life', async () => {
  const task = newTask({ heartbeatSeconds: 0.3 });
  for (let i = 0; i < 6; i++) {
    await sleep(100);
    await beat(task.token);
  }
  await succeed(task.token, 'late');
  expect(await task.ended).toBe('late');
});

test('one that was given up is told nothing more', async () => {
  const task = newTask({ timeoutSeconds: 10, heartbeatSeconds: 10 });
  task.forget();
  await expect(beat(task.token)).rejects.toMatchObject({ name: 'TokenError' });
});

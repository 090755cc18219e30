import { setTimeout as sleep } from 'node:timers/promises';
import { localCallbacks, newTask } from './localTasks.ts';

const { succeed, fail, beat } = localCallbacks;

test('ends with what its token is told', async () => {
  const task = newTask();
  await succeed(task.token, { rows: 3 });
  expect(await task.ended).toEqual({ rows: 3 });
});

test('fails with the name and the message that its token is told', async () => {
  const task = newTask();
  await fail(task.token, { name: 'SourceError', message: 'no such file' });
  await expect(task.ended).rejects.toMatchObject({
    name: 'SourceError',
    message: 'no such file',
  });
});

test('waits so long at most', async () => {
  const task = newTask({ timeoutSeconds: 0.02 });
  await expect(task.ended).rejects.toMatchObject({ name: 'States.Timeout' });
});

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

test.each([
  ['ended', (token: string) => succeed(token, 1)],
  ['failed', (token: string) => fail(token, { name: 'E', message: 'm' })],
])('a token that has %s is told nothing more', async (_, end) => {
  const { token } = newTask();
  await end(token);
  for (const tell of [
    () => succeed(token, 2),
    () => fail(token, { name: 'E', message: 'm' }),
    () => beat(token),
  ])
    await expect(tell()).rejects.toMatchObject({ name: 'TokenError' });
});

test('neither is one that was given up', async () => {
  const task = newTask({ timeoutSeconds: 10, heartbeatSeconds: 10 });
  task.forget();
  await expect(beat(task.token)).rejects.toMatchObject({ name: 'TokenError' });
});

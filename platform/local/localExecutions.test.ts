import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { executionsContract } from '../contract/executionsContract.ts';
import {
  endExecution,
  localExecutions,
  newExecution,
} from './localExecutions.ts';

const { isRunning } = localExecutions();

executionsContract('processes of this machine', async () => ({
  executions: localExecutions(),
  begin: newExecution,
  end: async (execution) => endExecution(execution),
}));

test('a process that has the number of a dead one is not mistaken for it', async () => {
  const [scheme, pid, start, unique] = (await newExecution()).split(':');
  expect(start).toMatch(/^\w+$/);
  const earlier = `${start?.slice(0, -1)}${start?.endsWith('1') ? 2 : 1}`;
  const reused = [scheme, pid, earlier, unique].join(':');
  expect(await isRunning(reused)).toBe(false);
});

test('an execution of a living process runs, seen from another', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
  const execution = `local:${child.pid}::0000`;
  expect(await isRunning(execution)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await isRunning(execution)).toBe(false);
});

if (existsSync('/proc/self/stat'))
  test('a process that ended and was not waited for does not run', async () => {
    const script = 'sleep 0.01 & echo $!; exec sleep 60';
    const parent = spawn('sh', ['-c', script]);
    const [pid] = await once(parent.stdout, 'data');
    const stat = `/proc/${Number(pid)}/stat`;
    const fields = async () => (await readFile(stat, 'utf8')).split(' ');
    const start = (await fields())[21];
    const execution = `local:${Number(pid)}:${start}:0000`;
    while ((await fields())[2] !== 'Z') await setImmediate();
    expect(await isRunning(execution)).toBe(false);
    parent.kill();
    await once(parent, 'exit');
  });

const { pid: ended } = spawnSync(process.execPath, ['--version']);

test.each([
  ['a process that ended', `local:${ended}:1:0000`],
  ['another scheme', 'arn:aws:states:us-east-1:1:execution:x:y'],
  ['nothing', ''],
])('%s does not run', async (_, execution) => {
  expect(await isRunning(execution)).toBe(false);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../support/tsc.ts';
import { freePort } from './privateServer.ts';

const PROGRAM = join(ROOT, '.cache', 'ministack', 'bin', 'ministack');
const START_MS = 60_000;

/** The emulator's program, if `test/servers/ministack.sh` has installed it. */
export const ministack = (): string | undefined =>
  existsSync(PROGRAM) ? PROGRAM : undefined;

/** An emulator of AWS that nobody else knows of. */
export interface Ministack {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** What a client of the emulator is made with; it checks no credentials. */
export const clientOf = ({ endpoint }: Ministack) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

const isUp = (endpoint: string) =>
  fetch(`${endpoint}/_ministack/health`).then(
    ({ ok }) => ok,
    () => false,
  );

const untilUp = async (endpoint: string, child: ChildProcess) => {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    if (await isUp(endpoint)) return;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error('ministack did not start');
};

/**
 * Starts the emulator on a free port of loopback, its data in memory.
 * @param env is what it, and the functions deployed to it, are given besides.
 */
export const startMinistack = async (
  env: NodeJS.ProcessEnv = {},
): Promise<Ministack> => {
  const port = await freePort();
  const child = spawn(PROGRAM, [], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      GATEWAY_PORT: `${port}`,
      BIND_HOST: '127.0.0.1',
      ...env,
    },
  });
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const endpoint = `http://127.0.0.1:${port}`;
  await untilUp(endpoint, child);
  return {
    endpoint,
    stop: async () => {
      process.off('exit', killNow);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
};

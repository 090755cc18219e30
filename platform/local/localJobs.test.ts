import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobsContract, listen, type Work } from '../contract/jobsContract.ts';
import { fileSystem } from './fileSystem.ts';
import { localJobs } from './localJobs.ts';
import { localStore } from './localStore.ts';

const RELAY = join(import.meta.dirname, 'testing', 'relay.ts');

/** What the session is told: a job to begin or to stop, or an answer. */
interface Told {
  readonly run?: string;
  readonly argv?: readonly string[];
  readonly stop?: string;
  readonly id?: number;
}

/** The test's end of a session without Spark; a new one each time. */
const openSessions = async (address: string) => {
  const working = new Map<string, Readonly<Record<string, string>>>();
  const answered: (() => void)[] = [];
  let socket: Socket | undefined;
  let sessions = 0;
  const say = (message: object) =>
    socket?.write(`${JSON.stringify(message)}\n`);
  const end = (run: string) => {
    if (working.delete(run)) say({ kind: 'ended', run });
  };
  const hear = ({ run = '', argv, stop }: Told) => {
    if (stop !== undefined) end(stop);
    else if (argv) {
      const pairs = argv.flatMap((key, i) =>
        i % 2 ? [] : [[key.slice(2), argv[i + 1] ?? '']],
      );
      working.set(run, Object.fromEntries(pairs));
    } else answered.shift()?.();
  };
  const server = createServer((opened) => {
    socket = opened;
    sessions += 1;
    createInterface({ input: opened }).on('line', (line) =>
      hear(JSON.parse(line)),
    );
    opened.on('close', () => working.clear());
  });
  await new Promise<void>((done) => server.listen(address, done));
  return {
    working,
    end,
    sessions: () => sessions,
    /** As a job calls Step Functions: it waits for the answer. */
    call: (run: string, call: string, more: object = {}) =>
      new Promise<void>((done) => {
        answered.push(done);
        say({ kind: 'call', id: 1, run, call, ...more });
      }),
    kill: () => socket?.destroy(),
    stop: () => {
      socket?.destroy();
      server.close();
    },
  };
};

const LONGEST_MS = 20_000;

const until = async (is: () => boolean) => {
  const deadline = Date.now() + LONGEST_MS;
  while (!is()) {
    if (Date.now() > deadline) throw new Error('it did not come to that');
    await sleep(5);
  }
};

const open = async () => {
  const root = await mkdtemp(join(tmpdir(), 'tributary-'));
  const scratch = join(root, 'work');
  await mkdir(scratch);
  const sessions = await openSessions(join(scratch, 'relay.sock'));
  const store = localStore(join(root, 'lake'), fileSystem);
  const { callbacks, heard } = listen();
  const jobs = localJobs({
    ...{ store, callbacks, scratch, secrets: root, program: RELAY },
    findHome: async () => ({ python: process.execPath, java: '', archive: '' }),
    findDrivers: () => [],
  });
  /** The adapter has taken in that a job ended once nothing of it is left. */
  const ended = (run: string, count: number) =>
    until(() => heard.length >= count && !sessions.working.has(run));
  const workOf = (run: string, given: Work['given']): Work => {
    const finish = async (call: string, more: object) => {
      await sessions.call(run, call, more);
      sessions.end(run);
    };
    return {
      given,
      read: (path) => readFile(path, 'utf8'),
      write: async (name, body) => {
        const file = join(given.output ?? '', name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, body);
      },
      beat: () => sessions.call(run, 'heartbeat'),
      succeed: () => finish('success', { output: '{}' }),
      fail: ({ name: error, message: cause }) =>
        finish('failure', { error, cause }),
      die: async () => {
        const before = heard.length;
        sessions.end(run);
        await ended(run, before + 1);
      },
    };
  };
  return {
    ...{ jobs, store, heard, sessions, bills: false },
    working: async (count: number) => {
      await until(() => sessions.working.size >= count);
      return [...sessions.working].map(([run, given]) => workOf(run, given));
    },
    remove: async () => {
      sessions.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
};

jobsContract('one session of this machine', open);

test('a session that is killed takes its jobs with it, and another one is begun', async () => {
  const { jobs, store, heard, sessions, working, remove } = await open();
  await store.write('request.json', '{"sources": {}}');
  const request = await jobs.place('request.json');
  const start = (run: string) =>
    jobs.start({
      ...{ pipeline: 'shop', run, plan: request, request },
      taskToken: `token of ${run}`,
    });
  await Promise.all(['r1', 'r2'].map(start));
  await working(2);
  sessions.kill();
  await until(() => heard.length === 2);
  expect(heard.toSorted()).toEqual([
    'token of r1 failed: JobError',
    'token of r2 failed: JobError',
  ]);
  await start('r1');
  const [again] = await working(1);
  expect(again?.given['run-id']).toBe('r1');
  expect(sessions.sessions()).toBe(2);
  await remove();
});

test('a job that cannot be begun leaves the session, and its jobs, alone', async () => {
  const { jobs, store, heard, sessions, working, remove } = await open();
  await store.write('request.json', '{"sources": {}}');
  await store.write('broken.json', '{"sources"');
  await store.write('jdbc.json', '{"sources": {}, "jdbc": {"placed": {}}}');
  const start = async (run: string, request: string) =>
    jobs.start({
      ...{ pipeline: 'shop', run, plan: '', taskToken: `token of ${run}` },
      request: await jobs.place(request),
    });
  await start('r1', 'request.json');
  await working(1);
  await expect(start('r2', 'broken.json')).rejects.toThrow(SyntaxError);
  await expect(start('r2', 'jdbc.json')).rejects.toThrow('run it again');
  await start('r3', 'request.json');
  await working(2);
  expect(sessions.sessions()).toBe(1);
  await jobs.abort('r1');
  expect([...sessions.working.keys()]).toEqual(['r3']);
  expect(heard).toEqual([]);
  await remove();
});

test('where no session can be begun, the start says so, and can be repeated', async () => {
  const { store, remove } = await open();
  await store.write('request.json', '{"sources": {}}');
  let tries = 0;
  const { callbacks, heard } = listen();
  const jobs = localJobs({
    ...{ store, callbacks, scratch: join(tmpdir(), 'none'), secrets: 'none' },
    findHome: async () => {
      tries += 1;
      throw new Error('no Python here');
    },
  });
  const request = await jobs.place('request.json');
  const order = { pipeline: 'shop', run: 'r1', plan: request, request };
  for (const taskToken of ['first', 'second'])
    await expect(jobs.start({ ...order, taskToken })).rejects.toThrow(
      'no Python here',
    );
  expect(tries).toBe(2);
  expect(heard).toEqual([]);
  await remove();
});

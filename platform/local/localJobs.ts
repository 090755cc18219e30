import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError, TokenError } from '../../core/errors.ts';
import { filesOfFolder } from '../madeFiles.ts';
import type { Callbacks, JobOrder, Jobs, Store } from '../ports.ts';
import {
  HOST,
  projectDriver,
  projectDrivers,
  projectSpark,
} from './spark/projectSpark.ts';
import type { SparkHome } from './spark/setUp.ts';
import {
  type HostMessage,
  type HostSettings,
  type SparkHost,
  startHost,
} from './spark/sparkHost.ts';

export interface LocalJobsOptions {
  readonly scratch: string;
  readonly callbacks: Callbacks;
  readonly store: Pick<Store, 'upload' | 'local'>;
  /** The folder of secrets, a JSON file each. */
  readonly secrets: string;
  /** The heap of Spark, such as `2GB`. */
  readonly memory?: string | undefined;
  /** Stands in for the program that runs jobs. */
  readonly program?: string;
  readonly say?: (text: string) => void;
  /** Where Spark is, where not in this project's `.cache`. */
  readonly findHome?: () => Promise<SparkHome>;
  /** The jars of databases' drivers, where not those in `.cache`. */
  readonly findDrivers?: () => readonly string[];
}

interface Running {
  /** The last one given: a job that is taken over answers to the new one. */
  token: string;
  readonly pipeline: string;
  isTold: boolean;
  /** Settles when the job is over, however it went. */
  readonly over: PromiseWithResolvers<void>;
}

/** How long a job may take to stop, before its whole session is ended. */
const STOP_MS = 10_000;

/** `2GB` as the JVM writes it. */
const heapOf = (memory = '2GB'): string => {
  const [, number = '2', unit = 'g'] =
    /^(\d+(?:\.\d+)?)\s*([KMGT])/i.exec(memory) ?? [];
  const scale = { k: 1 / 1024, m: 1, g: 1024, t: 1024 ** 2 };
  const megabytes = Number(number) * scale[unit.toLowerCase() as 'm'];
  return `${Math.max(512, Math.round(megabytes))}m`;
};

/**
 * From here on the JVM's second compiler, which makes a start some seconds of
 * processor time longer, earns that back: it halves the time of each record.
 */
const LARGE_BYTES = 50e6;

interface Request {
  readonly sources: Readonly<Record<string, readonly { bytes: number }[]>>;
  /** Tables that the job reads itself. */
  readonly jdbc?: object;
}

const readRequest = async (path: string): Promise<Request> =>
  JSON.parse(await readFile(path, 'utf8')) as Request;

const sizeOf = ({ sources, jdbc }: Request): HostSettings['size'] => {
  const files = Object.values(sources).flat();
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return bytes < LARGE_BYTES && !jdbc ? 'small' : 'large';
};

/**
 * Runs jobs in one Spark session of this machine, which lives until this
 * process ends. A session that dies takes all its jobs with it; the next job
 * starts another.
 */
export const localJobs = (options: LocalJobsOptions): Jobs => {
  const { scratch, callbacks } = options;
  const program = options.program ?? HOST;
  const say = options.say ?? ((text) => console.error(text));
  const findHome = options.findHome ?? (() => projectSpark(say));
  const running = new Map<string, Running>();
  let session: Promise<SparkHost> | undefined;
  let current: SparkHost | undefined;

  /** The next job starts another session. */
  const forget = () => {
    session = undefined;
    current = undefined;
  };

  const settle = (host: SparkHost | undefined, run: string) => {
    running.get(run)?.over.resolve();
    running.delete(run);
    if (running.size === 0) host?.hold(false);
  };

  /** A token that nobody waits for any more needs no answer. */
  const tellFailure = (run: string, why: string) => {
    const job = running.get(run);
    if (!job || job.isTold) return;
    job.isTold = true;
    const error = {
      name: 'JobError',
      message: `pipeline ${job.pipeline}: ${why}`,
    };
    callbacks.fail(job.token, error).catch(() => {});
  };

  const answer = async (message: HostMessage & { kind: 'call' }) => {
    const job = running.get(message.run);
    if (!job) throw new TokenError('the job is over');
    const { output = '{}', error = 'JobError', cause = '' } = message;
    if (message.call === 'heartbeat') return callbacks.beat(job.token);
    job.isTold = true;
    return message.call === 'success'
      ? callbacks.succeed(job.token, JSON.parse(output))
      : callbacks.fail(job.token, { name: error, message: cause });
  };

  const start = async (request: Request): Promise<SparkHost> => {
    const size = sizeOf(request);
    const drivers = (options.findDrivers ?? projectDrivers)();
    const home = await findHome();
    const folder = join(scratch, `spark-${process.pid}`);
    const host: SparkHost = startHost(
      { home, program, heap: heapOf(options.memory), size, drivers, folder },
      (message) => {
        if (message.kind === 'ended') {
          tellFailure(
            message.run,
            `the job ended without an answer: ${message.error ?? 'no error'}`,
          );
          settle(host, message.run);
          return;
        }
        const { id } = message;
        answer(message).then(
          () => host.send({ id, ok: true }),
          (error: Error) => host.send({ id, ok: false, error: error.message }),
        );
      },
      (how) => {
        if (current !== host) return;
        forget();
        for (const run of [...running.keys()]) {
          tellFailure(run, `Spark ${how}; its log is ${host.log}`);
          settle(undefined, run);
        }
      },
    );
    current = host;
    host.hold(false);
    return host;
  };

  const begin = (request: Request): Promise<SparkHost> =>
    start(request).catch((error: unknown) => {
      forget();
      throw error;
    });

  /** The session that is there, or another where a job needs a driver. */
  const sessionFor = async (
    request: Request,
    { pipeline, run }: Pick<JobOrder, 'pipeline' | 'run'>,
  ): Promise<SparkHost> => {
    session ??= begin(request);
    const host = await session;
    if (!request.jdbc || host.drivers.length > 0) return host;
    const isIdle = [...running.keys()].every((other) => other === run);
    if (isIdle) {
      forget();
      host.kill();
      session = begin(request);
      const next = await session;
      if (next.drivers.length > 0) return next;
    }
    throw new SetupError(
      "Spark was started before the database's driver for Java was there: run it again",
      { pipeline },
    );
  };

  const folder = (run: string) => join(scratch, run, 'job');

  return {
    place: options.store.local,

    mysql: async (secret) => {
      await projectDriver();
      return join(options.secrets, `${secret}.json`);
    },

    made: async (_, run) => filesOfFolder(options.store, folder(run)),
    start: async ({ pipeline, run, plan, request, taskToken }: JobOrder) => {
      const name = `tributary-${pipeline}`;
      const alive = running.get(run);
      if (alive) {
        alive.token = taskToken;
        return `${name}:${run}`;
      }
      const over = Promise.withResolvers<void>();
      running.set(run, { token: taskToken, pipeline, isTold: false, over });
      try {
        const output = folder(run);
        await rm(output, { recursive: true, force: true });
        await mkdir(output, { recursive: true });
        const asked = await readRequest(request);
        const host = await sessionFor(asked, { pipeline, run });
        host.hold(true);
        const given = {
          JOB_NAME: name,
          plan,
          request,
          output,
          'run-id': run,
          'task-token': taskToken,
        };
        const argv = Object.entries(given).flatMap(([k, v]) => [`--${k}`, v]);
        host.send({ run, argv });
      } catch (error) {
        running.delete(run);
        throw error;
      }
      return `${name}:${run}`;
    },
    dpuSeconds: async () => undefined,

    abort: async (run) => {
      const job = running.get(run);
      const host = await session;
      if (!job || !host) return;
      // One that has told its end is as good as over.
      job.isTold = true;
      host.send({ stop: run });
      const late = setTimeout(() => host.kill(), STOP_MS);
      await job.over.promise;
      clearTimeout(late);
    },
  };
};

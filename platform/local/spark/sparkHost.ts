import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { SparkHome } from './setUp.ts';

/** How Spark is run here. */
export interface HostSettings {
  readonly home: SparkHome;
  /** `glue-jobs/local_host.py`, or what stands in for it. */
  readonly program: string;
  /** The heap, as the JVM takes it: `2g`. */
  readonly heap: string;
  /** Of the first input: a session for large ones starts slower. */
  readonly size: 'small' | 'large';
  /** Jars of databases' drivers. */
  readonly drivers: readonly string[];
  /** For the log and for what Spark spills. */
  readonly folder: string;
}

/** What a job says: a call of Step Functions' API, or that it is over. */
export type HostMessage =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly run: string;
      readonly call: 'success' | 'failure' | 'heartbeat';
      readonly output?: string;
      readonly error?: string;
      readonly cause?: string;
    }
  | { readonly kind: 'ended'; readonly run: string; readonly error?: string };

/** A Python process with one Spark session, which runs jobs side by side. */
export interface SparkHost {
  /** The drivers that its JVM has loaded. */
  readonly drivers: readonly string[];
  readonly log: string;
  readonly pid: number | undefined;
  send(message: object): void;
  /** While a job is under way, this process waits for the host. */
  hold(isBusy: boolean): void;
  kill(): void;
}

/**
 * Starts a host. It ends by itself when this process does, however that may be,
 * since its standard input ends then.
 */
export const startHost = (
  settings: HostSettings,
  onMessage: (message: HostMessage) => void,
  onEnd: (how: string) => void,
): SparkHost => {
  const { home, program, heap, size, drivers, folder } = settings;
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'spark.log');
  const out = openSync(log, 'a');
  const cores = process.env.TRIBUTARY_SPARK_CORES ?? availableParallelism();
  const options = {
    java: home.java,
    archive: home.archive,
    heap,
    size,
    drivers: drivers.join(':'),
    cores: `${cores}`,
    folder: join(folder, 'spill'),
    log,
  };
  const args = Object.entries(options).flatMap(([k, v]) => [`--${k}`, v]);
  const child = spawn(home.python, [program, ...args], {
    stdio: ['pipe', out, out, 'pipe'],
  });
  closeSync(out);
  const input = child.stdin as Writable & { ref(): void; unref(): void };
  const output = child.stdio[3] as Readable & { ref(): void; unref(): void };
  const parts = [child, input, output];
  // What cannot be sent any more is told by the end of the process.
  input.on('error', () => {});
  createInterface({ input: output }).on('line', (line) =>
    onMessage(JSON.parse(line) as HostMessage),
  );
  child.on('error', (error) => onEnd(error.message));
  child.on('close', (code, signal) =>
    onEnd(signal ? `was killed by ${signal}` : `ended with code ${code}`),
  );
  return {
    drivers,
    log,
    pid: child.pid,
    send: (message) => input.write(`${JSON.stringify(message)}\n`),
    hold: (isBusy) => {
      for (const part of parts) isBusy ? part.ref() : part.unref();
    },
    kill: () => child.kill('SIGKILL'),
  };
};

import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { serve } from '@hono/node-server';
import { UsageError } from '../../core/errors.ts';
import type { RunOptions } from '../../functions/shared/events.ts';
import type { Platform } from '../../platform/ports.ts';
import { readCompletions } from './api.ts';
import { createApp } from './app.ts';
import type { ConsoleContext } from './context.ts';
import { createJobs } from './jobs.ts';
import { readPlans } from './overview.ts';
import { publishedLake } from './publishedLake.ts';

export const HOST = '127.0.0.1';

export interface ConsoleOptions {
  readonly platform: Platform;
  readonly lake: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly runOptions: RunOptions;
  readonly memory?: string | undefined;
}

/** A console that listens. */
export interface RunningConsole {
  readonly origin: string;
  /** Lets a page change data. */
  readonly token: string;
  /** With the token behind `#`, which a browser sends to nobody. */
  readonly address: string;
  /** Whether anything that was begun from a page goes on. */
  readonly isBusy: () => boolean;
  /** Ends it: what runs goes on to its end, no more is begun. */
  close(): Promise<void>;
}

/**
 * Reads, before anybody asks, what the first question would wait for: the
 * pipelines' plans, the engine and its views. What is wrong is told to who asks.
 */
const warm = async (context: ConsoleContext): Promise<void> => {
  const reads = [readPlans(context.platform), readCompletions(context)];
  await Promise.allSettled(reads);
};

/** Serves the console on the loopback of this machine alone. */
export const startConsole = async (
  options: ConsoleOptions,
): Promise<RunningConsole> => {
  const { platform, runOptions } = options;
  const folder = resolve(options.lake);
  const token = randomBytes(24).toString('base64url');
  const stop = new AbortController();
  const jobs = createJobs(() => platform.clock.now());
  const lake = publishedLake(platform, folder, options.memory);
  let port = 0;
  const context = { platform, folder, lake, jobs, runOptions };
  const app = createApp(context, {
    token,
    port: () => port,
    stop: stop.signal,
  });
  const server = serve({
    fetch: app.fetch,
    hostname: HOST,
    port: options.port,
    // Without it, a global Request and Response would be replaced.
    overrideGlobalObjects: false,
  });
  await new Promise<void>((listening, failed) => {
    server.once('listening', listening);
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(
        error.code === 'EADDRINUSE'
          ? new UsageError(
              `port ${options.port} is taken: choose another by --port`,
            )
          : error,
      ),
    );
  });
  port = (server.address() as AddressInfo).port;
  const warmed = warm(context);
  const origin = `http://${HOST}:${port}`;
  return {
    origin,
    token,
    address: `${origin}/#token=${token}`,
    isBusy: () => jobs.isBusy(),
    close: async () => {
      stop.abort();
      await jobs.idle();
      const closed = new Promise((done) => server.close(done));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
      await warmed;
      await lake.close();
    },
  };
};

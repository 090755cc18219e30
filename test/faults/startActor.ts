import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ActorReport, ActorSpec } from './actorSpec.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ACTOR = fileURLToPath(new URL('./actor.ts', import.meta.url));

/** A process that acts on a lake. */
export interface Actor {
  /** Resolves when it waits. @throws where it ends instead. */
  paused(): Promise<void>;
  goOn(): void;
  /** Its end: how, and what it said. */
  readonly end: Promise<ActorEnd>;
}

export interface ActorEnd {
  readonly signal: string | null;
  readonly code: number | null;
  readonly report?: ActorReport;
  readonly errors: string;
}

export const startActor = (spec: ActorSpec): Actor => {
  const child = spawn(process.execPath, [ACTOR, JSON.stringify(spec)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compile'),
    },
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const pause = Promise.withResolvers<void>();
  pause.promise.catch(() => {});
  let report: ActorReport | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'paused') pause.resolve();
    else report = JSON.parse(line) as ActorReport;
  });
  const end = once(child, 'close').then(([code, signal]): ActorEnd => {
    pause.reject(new Error(`the actor ended before its pause: ${errors}`));
    return {
      signal: signal as string | null,
      code: code as number | null,
      errors,
      ...(report && { report }),
    };
  });
  return {
    paused: () => pause.promise,
    goOn: () => child.stdin.write('go\n'),
    end,
  };
};

/** Lets an actor come to its end. @throws where it does not. */
export const act = async (spec: ActorSpec): Promise<ActorReport> => {
  const { report, errors } = await startActor(spec).end;
  if (!report) throw new Error(`the actor ended without a report: ${errors}`);
  return report;
};

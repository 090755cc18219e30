import { randomUUID } from 'node:crypto';
import { UsageError } from '../../core/errors.ts';
import type { Progress } from '../localMachine.ts';

export type JobKind = 'run' | 'backfill' | 'rollback';

/** What a job tells while it goes on. */
export type JobEvent =
  | { readonly type: 'step'; readonly at: string; readonly progress: Progress }
  | { readonly type: 'line'; readonly at: string; readonly text: string }
  | ({ readonly type: 'end'; readonly at: string } & JobEnd);

export interface JobEnd {
  readonly isDone: boolean;
  readonly text: string;
  /** The run, where there was one. */
  readonly run?: string;
}

/** Something that changes the lake, begun from a page. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly pipeline: string;
  readonly startedAt: string;
  readonly events: JobEvent[];
}

/** What a job does: it tells of its progress by `say`, and how it ended. */
export type Work = (say: {
  readonly step: (progress: Progress) => void;
  readonly line: (text: string) => void;
}) => Promise<JobEnd>;

export interface Jobs {
  /** @throws UsageError where one of the pipeline goes on. */
  start(kind: JobKind, pipeline: string, work: Work): Job;
  get(id: string): Job | undefined;
  /** The job of a pipeline that goes on. */
  running(pipeline: string): Job | undefined;
  /**
   * Tells a listener of all events, those of the past first.
   * @returns what ends that.
   */
  listen(job: Job, listener: (event: JobEvent) => void): () => void;
  isBusy(): boolean;
  /** Resolves as soon as no job goes on. */
  idle(): Promise<void>;
}

/** Older ones are forgotten. */
const REMEMBERED = 50;

const isOver = ({ events }: Job) => events.at(-1)?.type === 'end';

/** Jobs of this process, one at a time for each pipeline. */
export const createJobs = (now: () => Date): Jobs => {
  const jobs = new Map<string, Job>();
  const listeners = new Map<string, Set<(event: JobEvent) => void>>();
  const working = new Set<Promise<void>>();

  const tell = (job: Job, event: JobEvent) => {
    job.events.push(event);
    for (const listener of listeners.get(job.id) ?? []) listener(event);
    if (event.type === 'end') listeners.delete(job.id);
  };
  const forget = () => {
    const over = [...jobs.values()].filter(isOver);
    for (const { id } of over.slice(0, Math.max(0, jobs.size - REMEMBERED)))
      jobs.delete(id);
  };
  const work = async (job: Job, act: Work) => {
    const at = () => now().toISOString();
    try {
      const end = await act({
        step: (progress) => tell(job, { type: 'step', at: at(), progress }),
        line: (text) => tell(job, { type: 'line', at: at(), text }),
      });
      tell(job, { type: 'end', at: at(), ...end });
    } catch (error) {
      const { name, message } = error as Error;
      const text = `${name}: ${message}`;
      tell(job, { type: 'end', at: at(), isDone: false, text });
    }
  };
  const running = (pipeline: string) =>
    [...jobs.values()].find((job) => job.pipeline === pipeline && !isOver(job));

  return {
    running,
    get: (id) => jobs.get(id),
    start: (kind, pipeline, act) => {
      const other = running(pipeline);
      if (other)
        throw new UsageError(`a ${other.kind} goes on: wait for its end`, {
          pipeline,
        });
      const job: Job = {
        id: randomUUID(),
        kind,
        pipeline,
        startedAt: now().toISOString(),
        events: [],
      };
      jobs.set(job.id, job);
      forget();
      const done = work(job, act).finally(() => working.delete(done));
      working.add(done);
      return job;
    },
    listen: (job, listener) => {
      for (const event of job.events) listener(event);
      if (isOver(job)) return () => {};
      const all = listeners.get(job.id) ?? new Set();
      listeners.set(job.id, all.add(listener));
      return () => all.delete(listener);
    },
    isBusy: () => working.size > 0,
    idle: async () => {
      while (working.size > 0) await Promise.all(working);
    },
  };
};

import type { Progress } from '../localMachine.ts';

export interface End {
  readonly line: string;
  readonly report?: string;
  readonly error?: { readonly name: string; readonly message: string };
}

/** Shows runs as they go on. */
export interface ProgressView {
  onProgress(progress: Progress): void;
  onEnd(pipeline: string, end: End): void;
  end(): Promise<void>;
}

const silent: ProgressView = {
  onProgress: () => {},
  onEnd: (pipeline, { error }) => {
    if (error) console.error(`${pipeline}: ${error.name}: ${error.message}`);
  },
  end: async () => {},
};

const printEnd = (_: string, { line, report, error }: End) => {
  console.log(line);
  if (error) console.error(`${error.name}: ${error.message}`);
  if (report) console.log(report);
};

/** Plain lines, for a log or a pipe. */
const lines: ProgressView = {
  onProgress: () => {},
  onEnd: printEnd,
  end: async () => {},
};

/** A line for each pipeline that tells its step while it runs. */
const live = async (pipelines: readonly string[]): Promise<ProgressView> => {
  const { Listr } = await import('listr2');
  const waiting = new Map<string, PromiseWithResolvers<End>>(
    pipelines.map((name) => [name, Promise.withResolvers<End>()]),
  );
  const titles = new Map<string, (text: string) => void>();
  const ends: [string, End][] = [];
  const list = new Listr(
    pipelines.map((name) => ({
      title: name,
      task: async (_: unknown, task: { title: string }) => {
        titles.set(name, (text) => {
          task.title = text;
        });
        const end = await waiting.get(name)?.promise;
        task.title = end?.line ?? name;
        if (end?.error) throw new Error(end.line);
      },
    })),
    { concurrent: true, exitOnError: false },
  );
  const shown = list.run();
  return {
    onProgress: ({ pipeline, step, source, state }) => {
      if (state === 'begins')
        titles.get(pipeline)?.(
          `${pipeline}: ${step}${source ? ` ${source}` : ''} …`,
        );
    },
    onEnd: (pipeline, end) => {
      ends.push([pipeline, end]);
      waiting.get(pipeline)?.resolve(end);
    },
    end: async () => {
      await shown;
      for (const [, { line, report, error }] of ends) {
        if (error) console.error(`${error.name}: ${error.message}`);
        if (report) console.log(`\n${line}\n${report}`);
      }
    },
  };
};

/** The view that fits where the output goes. */
export const progressFor = async (
  pipelines: readonly string[],
  isForMachines: boolean,
): Promise<ProgressView> => {
  if (isForMachines) return silent;
  return process.stdout.isTTY ? live(pipelines) : lines;
};

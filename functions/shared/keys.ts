/** Where things are in the lake. */
export const keys = {
  plan: (pipeline: string, run: string) => `plans/${pipeline}/${run}.json`,
  ledger: (pipeline: string, run: string) => `runs/${pipeline}/${run}.json`,
  journal: (pipeline: string, run: string) => `publish/${pipeline}/${run}.json`,
  output: (pipeline: string, run: string) =>
    `plans/${pipeline}/${run}.output.json`,
  job: (pipeline: string, run: string) => `jobs/${pipeline}/${run}/`,
  jobPlan: (pipeline: string, run: string) =>
    `jobs/${pipeline}/${run}/plan.json`,
  jobRequest: (pipeline: string, run: string) =>
    `jobs/${pipeline}/${run}/request.json`,
  jobRecord: (pipeline: string, run: string) =>
    `jobs/${pipeline}/${run}/record.json`,
  landing: (pipeline: string, source: string, date: string, run: string) =>
    `landing/${pipeline}/${source}/date=${date}/run=${run}/`,
  quarantine: (pipeline: string, source: string, date: string, run: string) =>
    `quarantine/${pipeline}/${source}/date=${date}/run=${run}/rejects.ndjson`,
  table: (pipeline: string, table: string, run: string) =>
    `tables/${pipeline}/${table}/run=${run}/`,
  opsRuns: (run: string) => `ops/runs/${run}.json`,
  opsChecks: (run: string) => `ops/checks/${run}.json`,
  notification: (kind: string, pipeline: string, id: string) =>
    `notifications/${kind}/${pipeline}/${id}.json`,
  /** On a laptop: what people were told, a line each. */
  told: 'notifications/told.ndjson',
  runLock: (pipeline: string, period: string) => `run/${pipeline}/${period}`,
  cleanLock: (pipeline: string) => `clean/${pipeline}`,
  scheduleLock: (pipeline: string) => `schedule/${pipeline}`,
  publishLock: (pipeline: string) => `publish/${pipeline}`,
} as const;

const OF_RUN = /^(.*?\/run=([^/]+)\/)(.*)$/s;

/** Where an object of a run lies: the run's folder, its name, the rest. */
export interface RunKey {
  /** With a `/` at its end. */
  readonly folder: string;
  readonly run: string;
  /** Below the folder; dropped paths may have folders like a run's, too. */
  readonly path: string;
}

/** @returns undefined for a key that is below no folder of a run. */
export const runKeyOf = (key: string): RunKey | undefined => {
  const [, folder, run, path] = OF_RUN.exec(key) ?? [];
  return folder === undefined || run === undefined || path === undefined
    ? undefined
    : { folder, run, path };
};

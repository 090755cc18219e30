/** How large the Lambda of a step is; a test holds it to what is deployed. */
export interface StepSize {
  /** In MB. */
  readonly memory: number;
  /** `/tmp`, in MB. */
  readonly disk?: number;
}

const DISK = 10_240;

export const STEP_SIZES = {
  run: { memory: 512 },
  plan: { memory: 512 },
  fetch: { memory: 1769, disk: DISK },
  'choose-engine': { memory: 512 },
  transform: { memory: 3008, disk: DISK },
  'start-job': { memory: 512 },
  'finish-job': { memory: 1769, disk: DISK },
  publish: { memory: 1024 },
  refresh: { memory: 512 },
  'record-failure': { memory: 512 },
} as const satisfies Readonly<Record<string, StepSize>>;

export type SizedStep = keyof typeof STEP_SIZES;

import type { Plan } from '../core/plan.ts';

/** Where the pipelines are: a folder here, the bundle in a Lambda. */
export interface Definitions {
  names(): Promise<string[]>;
  /** @throws UsageError for a name that is no pipeline's. */
  plan(name: string): Promise<Plan>;
  /** The folder of recorded input that the pipeline ships. */
  sample(name: string): string;
}

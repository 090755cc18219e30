import type { Plan } from '../core/plan.ts';

/** Where the pipelines are: a folder here, the bundle in a Lambda. */
export interface Definitions {
  names(): Promise<string[]>;
  /** @throws UsageError for a name that is no pipeline's. */
  plan(name: string): Promise<Plan>;
  /** A folder of this machine with the recorded input that it ships. */
  sample(name: string): string | Promise<string>;
  /**
   * A folder of this machine with what `replay` has recorded of it.
   * @throws UsageError where that leads where nothing may be read.
   */
  recording(name: string, replay: string): string | Promise<string>;
}

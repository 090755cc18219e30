import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';

/** Something that is tried on a lake of its own. */
export interface Attempt {
  readonly name: string;
  /** Tries it. @returns what is wrong afterwards. */
  problems(): Promise<string[]>;
}

/** An attempt, and what was wrong after it. */
export interface Tried {
  readonly name: string;
  readonly problems: readonly string[];
}

/** Tries all, some at once. */
export const tryAll = async (
  attempts: readonly Attempt[],
  onTried: (tried: Tried) => void = () => {},
): Promise<Tried[]> => {
  const limit = pLimit(Math.max(2, availableParallelism()));
  const tryOne = async (attempt: Attempt): Promise<Tried> => {
    const problems = await attempt
      .problems()
      .catch((error: Error) => [error.stack ?? error.message]);
    const tried = { name: attempt.name, problems };
    onTried(tried);
    return tried;
  };
  return Promise.all(attempts.map((a) => limit(() => tryOne(a))));
};

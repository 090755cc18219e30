import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { parseDay } from '../../core/period.ts';
import type { Platform } from '../../platform/ports.ts';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

interface ChoiceOptions {
  readonly date?: string;
  readonly replay?: string;
  readonly stage?: string;
}

/**
 * The named pipelines, or all that the recording has.
 * @throws UsageError for a name, a date or a folder that is none.
 */
export const choosePipelines = async (
  platform: Platform,
  named: readonly string[],
  { date, stage, ...input }: ChoiceOptions,
): Promise<string[]> => {
  if (date !== undefined && !/^\d{4}-\d\d$/.test(date)) parseDay(date);
  // On a stage, a recording lies in a bucket: the stage looks for it.
  const replay = stage === undefined ? input.replay : undefined;
  if (replay !== undefined && !(await exists(replay)))
    throw new UsageError(`there is no folder ${resolve(replay)} to replay`);
  const known = await platform.definitions.names();
  if (named.length > 0) {
    for (const name of named)
      if (!known.includes(name)) await platform.definitions.plan(name);
    return [...new Set(named)];
  }
  if (known.length === 0) throw new UsageError('there is no pipeline to run');
  if (replay === undefined) return known;
  const found = await Promise.all(
    known.map(async (name) =>
      (await exists(join(replay, name))) ? [name] : [],
    ),
  );
  if (found.flat().length === 0)
    throw new UsageError(
      `${resolve(replay)} has no recording of ${known.join(', ')}: each is ` +
        'a folder with the name of its pipeline',
    );
  return found.flat();
};

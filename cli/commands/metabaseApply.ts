import { UsageError } from '../../core/errors.ts';
import {
  type MetabaseProgress,
  type MetabaseResult,
  metabase,
} from '../../functions/metabase/handler.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { choosePipelines } from './choosePipelines.ts';

export interface MetabaseApplyOptions extends CommonOptions {
  readonly url: string;
  readonly secret: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly prune?: boolean;
  readonly newKey?: string;
}

const sayPlan = (changes: MetabaseResult['changes'], url: string) => {
  for (const { pipeline, change, kind, name } of changes)
    console.log(`${pipeline ? `${pipeline}: ` : ''}${change} ${kind} ${name}`);
  if (changes.length === 0) console.log(`${url} is as defined`);
};

const sayEnd = (
  { changes, kept, requests, writes, key }: MetabaseResult,
  dryRun = false,
) => {
  for (const name of kept)
    console.log(
      `kept: the dashboard of ${name}, which is not defined here (--prune removes it)`,
    );
  console.log(`${requests} requests, ${writes} of them writes`);
  if (dryRun && changes.length > 0) console.log('Nothing was changed.');
  if (key !== undefined)
    console.log(`API key, shown this once; keep it as "apiKey": ${key}`);
};

const progress = ({ url, json }: MetabaseApplyOptions): MetabaseProgress => ({
  waits: (why, ms) =>
    console.error(`waiting up to ${ms / 60_000} minutes: ${why}`),
  ...(!json && { plans: (changes) => sayPlan(changes, url) }),
});

/** Makes a Metabase server show the dashboards of pipelines. */
export const metabaseApplyCommand = async (
  named: readonly string[],
  options: MetabaseApplyOptions,
): Promise<number> => {
  if (!/^https?:\/\/[^/]/.test(options.url))
    throw new UsageError(`--url "${options.url}" is no http(s) address`);
  const platform = platformOf(options);
  const { url, secret, dryRun, force, prune, newKey } = options;
  const result = await metabase(
    platform,
    progress(options),
  )({
    pipelines: await choosePipelines(platform, named, {}),
    ...{ url, secret },
    ...(dryRun !== undefined && { dryRun }),
    ...(force !== undefined && { force }),
    ...(prune !== undefined && { prune }),
    ...(newKey !== undefined && { newKey }),
  });
  if (options.json) console.log(JSON.stringify(result, null, 1));
  else sayEnd(result, dryRun);
  return EXIT.ok;
};

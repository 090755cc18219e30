import { UsageError } from '../../core/errors.ts';
import {
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
  readonly newKey?: string;
}

const say = (
  { changes, requests, writes, key }: MetabaseResult,
  { url, dryRun }: MetabaseApplyOptions,
) => {
  for (const { pipeline, change, kind, name } of changes)
    console.log(`${pipeline ? `${pipeline}: ` : ''}${change} ${kind} ${name}`);
  if (changes.length === 0) console.log(`${url} is as defined`);
  console.log(`${requests} requests, ${writes} of them writes`);
  if (dryRun && changes.length > 0) console.log('Nothing was changed.');
  if (key !== undefined)
    console.log(`API key, shown this once; keep it as "apiKey": ${key}`);
};

/** Makes a Metabase server show the dashboards of pipelines. */
export const metabaseApplyCommand = async (
  named: readonly string[],
  options: MetabaseApplyOptions,
): Promise<number> => {
  if (!/^https?:\/\/[^/]/.test(options.url))
    throw new UsageError(`--url "${options.url}" is no http(s) address`);
  const platform = platformOf(options);
  const { url, secret, dryRun, force, newKey } = options;
  const result = await metabase(platform)({
    pipelines: await choosePipelines(platform, named, {}),
    ...{ url, secret },
    ...(dryRun !== undefined && { dryRun }),
    ...(force !== undefined && { force }),
    ...(newKey !== undefined && { newKey }),
  });
  if (options.json) console.log(JSON.stringify(result, null, 1));
  else say(result, options);
  return EXIT.ok;
};

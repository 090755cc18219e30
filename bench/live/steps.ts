import { fetch } from '../../functions/fetch/handler.ts';
import { plan } from '../../functions/plan/handler.ts';
import { newExecution } from '../../platform/local/localExecutions.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';

/** What `land.js` is given. */
export interface Landing {
  readonly lake: string;
  readonly pipelines: string;
  readonly pipeline: string;
  readonly date: string;
  /** `from=to`: what stands in for an address. */
  readonly origin?: string | undefined;
  readonly secrets?: string | undefined;
}

/** Lands the sources of a pipeline live, as the first steps of a run do. */
export const landSources = async (landing: Landing): Promise<void> => {
  const { lake, pipelines, pipeline, date, origin, secrets } = landing;
  const [from = '', to] = (origin ?? '').split('=');
  const platform = localPlatform({
    lake,
    pipelines,
    ...(secrets && { secrets }),
    ...(to && { http: { origins: { [from]: to } } }),
  });
  const execution = {
    id: await newExecution(),
    startedAt: new Date().toISOString(),
  };
  const options = { live: true };
  const { waves, ...event } = await plan(platform)({
    ...{ pipeline, date, options, execution },
  });
  for (const item of waves.flat())
    console.log(JSON.stringify(await fetch(platform)({ ...event, ...item })));
};

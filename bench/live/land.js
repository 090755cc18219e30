// Lands the sources of a pipeline live, as the first steps of a run do, and
// nothing more: what is compared with a program that writes what it received.
//   node bench/live/land.js <lake> <pipelines> <pipeline> <date> [from=to] [secrets]
import module from 'node:module';
import { join } from 'node:path';
import v8 from 'node:v8';

// As cli/tributary.js has it.
v8.setFlagsFromString('--semi-space-growth-factor=1');
module.enableCompileCache(
  join(import.meta.dirname, '..', '..', '.cache', 'compile'),
);
const { fetch } = await import('../../functions/fetch/handler.ts');
const { plan } = await import('../../functions/plan/handler.ts');
const { newExecution } = await import(
  '../../platform/local/localExecutions.ts'
);
const { localPlatform } = await import('../../platform/local/localPlatform.ts');

const [lake, pipelines, pipeline, date, origin, secrets] =
  process.argv.slice(2);
const [from, to] = (origin ?? '').split('=');
const platform = localPlatform({
  lake,
  pipelines,
  secrets,
  ...(to && { http: { origins: { [from]: to } } }),
});
const execution = {
  id: await newExecution(),
  startedAt: new Date().toISOString(),
};
const options = { live: true };
const { waves, ...event } = await plan(platform)({
  pipeline,
  date,
  options,
  execution,
});
for (const item of waves.flat())
  console.log(JSON.stringify(await fetch(platform)({ ...event, ...item })));

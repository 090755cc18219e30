import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import type { PublishEvent } from '../publish/handler.ts';
import { keys } from '../shared/keys.ts';
import type { RunOutput } from '../shared/runOutput.ts';
import { type FakeRun, transformedRun } from './publishRun.ts';

/**
 * A run up to its publish that has written files, each with the run as its
 * text: tables, landed bytes and rejected records.
 */
export const writtenRun = async (
  platform: Platform,
  plan: Plan,
  fake: FakeRun,
): Promise<PublishEvent> => {
  const { store } = platform;
  const event = await transformedRun(platform, plan, fake);
  const { pipeline, run, date } = event;
  const body = (await store.read(event.transformed.output)) ?? '';
  for (const { location, files } of (JSON.parse(body) as RunOutput).tables)
    for (const file of files) await store.write(`${location}${file}`, run);
  for (const { name } of plan.sources) {
    const landing = keys.landing(pipeline, name, date, run);
    await store.write(`${landing}input.csv`, run);
    await store.write(`${landing}manifest.json`, '{"files": []}');
    await store.write(keys.quarantine(pipeline, name, date, run), run);
  }
  return event;
};

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RecordedFile, RecordOptions } from '../pipelines/recording.ts';

const PIPELINES = join(import.meta.dirname, '..', 'pipelines');

type Recorder = (
  options: RecordOptions,
) => Iterable<RecordedFile> | AsyncIterable<RecordedFile>;

/**
 * Writes an invented recording of many periods to `<folder>/<pipeline>/`. The
 * same options give the same bytes.
 * @throws where the pipeline's `generate.ts` has no `record`.
 */
export const writeRecording = async (
  pipeline: string,
  folder: string,
  options: RecordOptions,
): Promise<void> => {
  const module = (await import(join(PIPELINES, pipeline, 'generate.ts'))) as {
    record?: Recorder;
  };
  if (!module.record)
    throw new Error(`pipelines/${pipeline}/generate.ts exports no record`);
  for await (const recorded of module.record(options)) {
    const file = join(folder, pipeline, recorded.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'text' in recorded ? recorded.text : recorded.bytes);
  }
};

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string', default: '2022-09-01' },
      periods: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: '.cache/recordings' },
    },
  });
  for (const pipeline of positionals)
    await writeRecording(pipeline, values.out, {
      seed: Number(values.seed),
      from: values.from,
      periods: Number(values.periods),
    });
  console.log(`${positionals.join(', ')}: in ${resolve(values.out)}`);
}

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
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
 * @throws where the pipeline has no `generate.ts` with a `record`.
 */
export const writeRecording = async (
  pipeline: string,
  folder: string,
  options: RecordOptions,
): Promise<void> => {
  const generator = join(PIPELINES, pipeline, 'generate.ts');
  const module: { record?: Recorder } = existsSync(generator)
    ? await import(generator)
    : {};
  if (!module.record)
    throw new Error(`no recording of many periods can be made of ${pipeline}`);
  for await (const recorded of module.record(options)) {
    const file = join(folder, pipeline, recorded.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'text' in recorded ? recorded.text : recorded.bytes);
  }
};

const USAGE = `npm run record -- loans crime [--from 2022-09-01] [--periods 30] [--seed 1] [--out .cache/recordings]
Invents recordings of many periods: of arrivals, crime, loans and songs.`;

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string', default: '2022-09-01' },
      periods: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: '.cache/recordings' },
    },
  });
  if (positionals.length === 0) throw new Error('say of which pipelines');
  for (const pipeline of positionals)
    await writeRecording(pipeline, values.out, {
      seed: Number(values.seed),
      from: values.from,
      periods: Number(values.periods),
    });
  console.log(`${positionals.join(', ')}: in ${resolve(values.out)}`);
};

if (import.meta.main)
  await main().catch((error: Error) => {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  });

import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type {
  RecordedFile,
  ScaleOptions,
  StreamedText,
} from '../pipelines/recording.ts';

const PIPELINES = join(import.meta.dirname, '..', 'pipelines');
/** Small parts are joined to so many characters before they are written. */
const CHUNK_CHARS = 1 << 18;

type ScaledFile = RecordedFile | StreamedText;
type Scale = (
  options: ScaleOptions,
) => Iterable<ScaledFile> | AsyncIterable<ScaledFile>;

function* chunksOf(file: ScaledFile): Generator<string | Uint8Array> {
  if ('bytes' in file) return yield file.bytes;
  let pending = '';
  for (const part of 'text' in file ? [file.text] : file.parts) {
    pending += part;
    if (pending.length < CHUNK_CHARS) continue;
    yield pending;
    pending = '';
  }
  yield pending;
}

const writeFile = async (path: string, file: ScaledFile): Promise<void> => {
  mkdirSync(dirname(path), { recursive: true });
  const out = createWriteStream(path);
  const written = finished(out);
  // A full disk is told by `finished`, which must be waited for either way.
  written.catch(() => {});
  for (const chunk of chunksOf(file))
    if (!out.write(chunk)) await Promise.race([once(out, 'drain'), written]);
  out.end();
  await written;
};

const loadScale = async (pipeline: string): Promise<Scale> => {
  const file = join(PIPELINES, pipeline, 'scale.ts');
  if (!existsSync(file))
    throw new Error(
      `no input of ${pipeline} can be invented: there is no ${file}`,
    );
  return ((await import(file)) as { scale: Scale }).scale;
};

/**
 * Invents a pipeline's input, as a recording below `<folder>/<pipeline>`, whole
 * or not at all. The same options give the same bytes.
 * @returns the recording's folder.
 * @throws Error where there is something already, and where the pipeline has no
 *   `scale.ts`.
 */
export const generateInput = async (
  pipeline: string,
  folder: string,
  options: ScaleOptions,
): Promise<string> => {
  const scale = await loadScale(pipeline);
  const target = resolve(folder, pipeline);
  if (existsSync(target)) throw new Error(`${target} is there already`);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    for await (const file of scale(options))
      await writeFile(join(temporary, file.path), file);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return target;
};

const USAGE = `npm run generate -- --pipeline loans --rows 100e6 --out DIR [--seed 1]
Invents input of any size: rows is the number of records of the largest source.
Then: npx tributary run loans --replay DIR`;

const wholeNumber = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least)
    return value;
  throw new Error(`--${name} ${text}: give a whole number from ${least} on`);
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      pipeline: { type: 'string' },
      rows: { type: 'string' },
      out: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  });
  const { pipeline, rows, out, seed } = values;
  if (!pipeline || !rows || !out)
    throw new Error('--pipeline, --rows and --out are needed');
  const made = await generateInput(pipeline, out, {
    seed: wholeNumber('seed', seed, 0),
    rows: wholeNumber('rows', rows, 1),
  });
  console.log(`${made}\n  npx tributary run ${pipeline} --replay ${out}`);
};

if (import.meta.main)
  await main().catch((error: Error) => {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  });

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { STILL_MS } from '../functions/fetch/files/still.ts';
import type { Manifest } from '../functions/fetch/manifest.ts';
import { generate } from '../pipelines/songs/generate.ts';
import { joinModules } from '../scripts/bundle.js';
import type { SongsLanded } from './landSongs.ts';
import { ROOT, withFolder } from './measure.ts';
import { spread } from './summary.ts';

/** How long something took, in seconds, run by run. */
export interface FilesUsage {
  /** The landing alone, in a process that has begun. */
  readonly merge: readonly number[];
  /** The whole process that lands, with its start. */
  readonly process: readonly number[];
  /** `find | xargs cat` to a file. */
  readonly cat: readonly number[];
}

const run = promisify(execFile);
/** Where `landSongs.js` finds its modules, joined as those of the command are. */
const JOINED = join('.cache', 'bench', 'songs');
const GENERATED = { songs: 20_000, days: 1, sessions: 1 };

/** Writes the song files of the seeded generator. @returns their folder. */
const writeSongs = (drop: string): string => {
  const folder = join(drop, 'songs');
  for (const { path, text } of generate(GENERATED)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return join(folder, 'song_data');
};

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await act();
  return (performance.now() - startedAt) / 1000;
};

const cat = (folder: string, out: string, order = '') =>
  run('sh', [
    '-c',
    `find "$1" -name '*.json' -print0 ${order} | xargs -0 cat > "$2"`,
    'sh',
    folder,
    out,
  ]);

const digestOf = async (file: string): Promise<string> => {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file)) digest.update(chunk);
  return digest.digest('hex');
};

const land = async (drop: string, lake: string) => {
  const { stdout } = await run(
    process.execPath,
    [join(ROOT, 'bench', 'landSongs.js'), drop, lake],
    { cwd: ROOT },
  );
  return JSON.parse(stdout) as SongsLanded;
};

/** The digest of all landed bytes, in the order of the files' paths. */
const digestOfLanded = (lake: string, manifest: string): string => {
  const text = readFileSync(join(lake, manifest), 'utf8');
  const { files } = JSON.parse(text) as Manifest;
  const packs = new Map<string, Buffer>();
  const digest = createHash('sha256');
  for (const { key, offset = 0, bytes } of files) {
    const pack = packs.get(key) ?? readFileSync(join(lake, key));
    packs.set(key, pack);
    digest.update(pack.subarray(offset, offset + bytes));
  }
  return digest.digest('hex');
};

/** @throws Error where the landed bytes are not those of all files in order. */
const requireSame = async (landed: string, folder: string, out: string) => {
  await cat(folder, out, '| LC_ALL=C sort -z');
  if (landed !== (await digestOf(out)))
    throw new Error(`what landed of ${folder} is not the bytes of all files`);
};

/** Measures landing and reading 20,000 song files by turns; the first is not counted. */
export const measureFiles = (runs: number): Promise<FilesUsage> =>
  withFolder(async (folder) => {
    const drop = join(folder, 'drop');
    const songs = writeSongs(drop);
    await joinModules(ROOT, { songs: './bench/landSongs.ts' }, JOINED);
    // Files that were written just now are looked at twice.
    await delay(STILL_MS);
    const out = join(folder, 'cat.out');
    const usage = {
      merge: [] as number[],
      process: [] as number[],
      cat: [] as number[],
    };
    for (let i = 0; i <= runs; i++)
      await withFolder(async (lake) => {
        let merge = 0;
        const whole = await timed(async () => {
          const { manifest, seconds } = await land(drop, lake);
          merge = seconds;
          if (i === 0)
            await requireSame(digestOfLanded(lake, manifest), songs, out);
        });
        const read = await timed(() => cat(songs, out));
        if (i === 0) return;
        usage.merge.push(merge);
        usage.process.push(whole);
        usage.cat.push(read);
      });
    return usage;
  });

/** The pair in words, with the ratios of the medians. */
export const filesText = (
  { merge, process: whole, cat: read }: FilesUsage,
  target: number,
): string => {
  const base = spread(read).median;
  const line = (name: string, values: readonly number[]) => {
    const { median, min, max } = spread(values);
    const seconds = `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
    return `${name}  ${seconds.padEnd(20)}  ${(median / base).toFixed(2)}`;
  };
  const ratio = spread(merge).median / base;
  return [
    'Merging 20,000 song files, against cat (wall time, s, and ratio)',
    `${line('landing      ', merge)}  ${ratio <= target ? 'within' : 'above'} ${target.toFixed(2)}`,
    line('whole process', whole),
    line('find | cat   ', read),
  ].join('\n');
};

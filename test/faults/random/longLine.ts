import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attempt } from '../tryAll.ts';
import { start } from './process.ts';
import { answersAt, problemsOf, type Stage, succeed } from './stage.ts';

const LENGTH = 1 << 30;
const PIECE = 1 << 24;

/** The engine may use 512 MB; the process, with all that it is, not thrice. */
const MEMORY = '512MB';
const MOST = 1.5 * 2 ** 30;

/** A line of 1 GiB without an end, in the form of each kind of source. */
const LINES = {
  loans: { file: 'loan.csv', open: '"LN1', close: '"\r\n' },
  songs: {
    file: join('log_data', '2018', '10', 'long.json'),
    open: '{"page": "',
    close: '"}\n',
  },
} as const;

const appendLine = async (file: string, open: string, close: string) => {
  const out = createWriteStream(file, { flags: 'a' });
  const piece = Buffer.alloc(PIECE, 'x');
  out.write(open);
  for (let written = 0; written < LENGTH; written += PIECE)
    if (!out.write(piece)) await once(out, 'drain');
  out.end(close);
  await once(out, 'close');
};

/** The most memory that a process has had, in bytes, as long as it runs. */
const watchMemory = (pid: number) => {
  let most = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(
      () => '',
    );
    const [, kB = '0'] = /VmHWM:\s+(\d+) kB/.exec(status) ?? [];
    most = Math.max(most, Number(kB) * 1024);
  }, 50);
  return () => {
    clearInterval(timer);
    return most;
  };
};

const problemsOfLine = async (
  stage: Stage,
  name: keyof typeof LINES,
): Promise<string[]> => {
  const folder = join(stage.folder, `line-${name}`);
  const lake = join(folder, 'lake');
  const replay = join(folder, 'replay');
  const { file, open, close } = LINES[name];
  await cp(stage.template, lake, { recursive: true });
  await cp(join(stage.replays.thinned, name), join(replay, name), {
    recursive: true,
  });
  await succeed(lake, stage.replays.whole, [name]);
  const path = join(replay, name, file);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, '', { flag: 'a' });
  await appendLine(path, open, close);
  const args = ['--lake', lake, '--replay', replay, '--memory', MEMORY];
  const { child, end } = start('run', name, ...args);
  const memory = watchMemory(child.pid ?? 0);
  const { code, signal, said } = await end;
  const most = memory();
  await rm(path);
  const problems: string[] = [];
  if (code !== 1 || !/Error: pipeline/.test(said) || !said.includes(file))
    problems.push(`no clear end: ${code ?? signal}: ${said.slice(-600)}`);
  if (most > MOST || most === 0)
    problems.push(`it took ${Math.round(most / 2 ** 20)} MiB`);
  const seen = (await answersAt(lake, [name]))[name];
  if (seen !== stage.answers[name]?.whole) problems.push(`readers see ${seen}`);
  await succeed(lake, stage.replays.thinned, [name]);
  problems.push(...(await problemsOf(lake, stage.pipelines)));
  await rm(folder, { recursive: true });
  return problems;
};

/** Files with one line of a gigabyte: a clear error in bounded memory. */
export const longLines = (stage: Stage): Attempt[] =>
  (Object.keys(LINES) as (keyof typeof LINES)[]).map((name) => ({
    name: `a line of 1 GiB for ${name}`,
    problems: () => problemsOfLine(stage, name),
  }));

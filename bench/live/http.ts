import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { hasDigest } from '../../functions/fetch/digest.ts';
import { measure } from '../measure.ts';
import { measurePair } from '../pair.ts';
import { type Summary, spread, summarise } from '../summary.ts';
import { joinLanding, landedIn, landing } from './landing.ts';

const BYTES = 1e9;
const ORIGIN = 'https://bench.example';
/** Wall time against curl; memory above a process that does nothing. */
const TARGETS = { seconds: 1.3, bytesAboveIdle: 150e6 } as const;

export interface HttpSummary {
  readonly pair: Summary;
  /** Peak memory, less that of a process that does nothing. */
  readonly bytesAboveIdle: number;
  readonly bytes: number;
}

const at = (file: string) => join(import.meta.dirname, file);

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  readonly bytes: number;
  readonly records: number;
}

const startServer = async (): Promise<Server> => {
  const args = [at('largeFile.js'), String(BYTES)];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = await new Promise<string>((done, fail) => {
    child.once('error', fail);
    child.stdout.setEncoding('utf8').once('data', done);
  });
  return { child, ...JSON.parse(said) };
};

export const hasCurl = (): boolean =>
  spawnSync('curl', ['--version']).status === 0;

/** Downloads a large CSV to landing, and by curl to a file. */
export const measureHttp = async (runs: number): Promise<HttpSummary> => {
  await joinLanding();
  const { child, port, bytes, records } = await startServer();
  const server = `http://127.0.0.1:${port}`;
  try {
    const usage = await measurePair(
      {
        ours: (lake) =>
          landing(lake, at('pipelines'), 'large', '2024-05-02', [
            `${ORIGIN}=${server}`,
          ]),
        bare: (out) => ({
          command: ['curl', '-sSf', `${server}/large.csv`],
          to: join(out, 'large.csv'),
        }),
        compare: async (lake, out) => {
          const [file] = await landedIn(lake, 'large');
          const isSame =
            file &&
            (await hasDigest(join(out, 'large.csv'), file, file.digest));
          if (!isSame || file.records !== records)
            throw new Error('what landed is not what curl has');
        },
      },
      runs,
    );
    const idle = [];
    for (let i = 0; i < runs; i++) idle.push(await measure([at('idle.js')]));
    const pair = summarise(usage, { seconds: TARGETS.seconds });
    return {
      pair,
      bytes,
      bytesAboveIdle:
        pair.peakBytes.ours.median -
        spread(idle.map(({ peakBytes }) => peakBytes)).median,
    };
  } finally {
    child.kill();
  }
};

export const idleText = ({ bytesAboveIdle }: HttpSummary): string => {
  const { bytesAboveIdle: target } = TARGETS;
  return (
    `${(bytesAboveIdle / 1e6).toFixed(0)} MB above a Node that does nothing: ` +
    `${bytesAboveIdle <= target ? 'within' : 'above'} ${target / 1e6} MB`
  );
};

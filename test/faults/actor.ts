import { once } from 'node:events';
import module from 'node:module';
import { execute, type Progress } from '../../cli/localMachine.ts';
import type {
  ActorReport,
  ActorSpec,
  Boundary,
  DoneOperation,
} from './actorSpec.ts';
import { cleanHere, platformOf, rollbackHere } from './lakes.ts';
import { type Operation, watchedFileSystem } from './watchedFileSystem.ts';

/** A process of its own that runs or rolls back, up to where it is to stop. */
const { lake, replay, clean, kill, pause } = JSON.parse(
  process.argv[2] ?? '',
) as ActorSpec;
const operations: DoneOperation[] = [];
const boundaries: Boundary[] = [];
let step = clean ? 'clean' : 'rollback';
let isPaused = false;

/** As a power switch would: nothing is closed, awaited or caught. */
const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('SIGKILL did not kill');
};

const wait = async () => {
  isPaused = true;
  process.stdout.write('paused\n');
  await once(process.stdin, 'data');
  process.stdin.destroy();
};

const isNow = (when: string, { number }: Operation) =>
  kill !== undefined &&
  'operation' in kill &&
  kill.when === when &&
  kill.operation === number;

const fs = watchedFileSystem({
  before: async (operation) => {
    const { half, ...rest } = operation;
    operations.push({ ...rest, step, canHalve: half !== undefined });
    if (isNow('before', operation)) die();
    if (isNow('amid', operation)) {
      await half?.();
      die();
    }
    if (pause === step && !isPaused) await wait();
  },
  after: (operation) => {
    if (isNow('after', operation)) die();
  },
});

const onProgress = ({ step: name, source, state: when }: Progress): void => {
  step = name;
  const at = source === undefined ? name : `${name} ${source}`;
  boundaries.push({ when, step: at });
  if (kill?.when === when && kill.step === at) die();
};

const platform = platformOf(lake, fs);
const actOn = async () => {
  if (replay !== undefined)
    return execute(
      platform,
      { pipeline: 'shop', date: null, options: { replay } },
      onProgress,
    );
  if (!clean) return { run: await rollbackHere(platform) };
  await cleanHere(platform, clean);
  return { run: '' };
};
const result = await actOn();
const report: ActorReport = { ...result, operations, boundaries };
process.stdout.write(`${JSON.stringify(report)}\n`);
module.flushCompileCache?.();

import { readdirSync, readFileSync } from 'node:fs';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { CatalogState } from '../../core/catalog.ts';
import { FUNCTION_PIDS } from './deploy.ts';
import type { Call } from './gateway.ts';
import {
  EXPECTED,
  PIPELINE,
  RECORDED,
  require,
  requireClosed,
  run,
  withoutRows,
} from './judge.ts';
import { prove } from './prove.ts';
import { pointersOf } from './published.ts';
import { requireSameRows } from './sameRows.ts';
import { disable, enable } from './schedules.ts';
import {
  invoke,
  ledgerOf,
  ledgersOf,
  type Stack,
  until,
  untilEnded,
} from './stack.ts';

/** Kills the processes of a function, as a machine that is lost does. */
const kill = (name: string): number => {
  const file = `tributary-dev-${name}.`;
  let count = 0;
  for (const found of readdirSync(FUNCTION_PIDS)) {
    if (!found.startsWith(file)) continue;
    const pid = Number(found.slice(file.length));
    try {
      const own = readFileSync(`/proc/${pid}/environ`, 'utf8');
      if (!own.includes(`AWS_LAMBDA_FUNCTION_NAME=tributary-dev-${name}\0`))
        continue;
      process.kill(pid, 'SIGKILL');
      count += 1;
    } catch {
      // It ended before.
    }
  }
  return count;
};

interface Trap {
  /** How many processes were killed. */
  readonly killed: () => number;
  /** Where readers were led at that moment. */
  readonly between: () => readonly string[];
  readonly stop: () => void;
}

/** Kills `publish` at the nth call that a condition holds for. */
const killPublishAt = (
  stack: Stack,
  isIt: (call: Call) => boolean,
  nth: number,
): Trap => {
  let calls = 0;
  let killed = 0;
  let between: string[] = [];
  const stop = stack.cloud.gateway.watch(async (call) => {
    if (!isIt(call)) return undefined;
    calls += 1;
    if (calls !== nth) return undefined;
    killed = kill('publish');
    between = (await pointersOf(stack, PIPELINE)).split('\n');
    return 'lost';
  });
  return { killed: () => killed, between: () => between, stop };
};

const isCommit = ({ name }: Call) =>
  name.startsWith('PUT ') && name.includes(`/catalog/${PIPELINE}.json`);
const isMove = ({ name }: Call) => /^AWSGlue\.(BatchUpdate|Update)/.test(name);

const crashBeforeCommit = async (stack: Stack): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const trap = killPublishAt(stack, isCommit, 1);
  const ended = await run(stack, { engine: 'duckdb' }).finally(trap.stop);
  require('publish was killed', trap.killed() > 0);
  await requireClosed(stack, ended, { outcome: 'failed', error: /./ });
  require('readers see the old rows', before ===
    (await pointersOf(stack, PIPELINE)));
  return 'nothing moved';
};

const crashBetweenMoves = async (stack: Stack): Promise<string> => {
  const before = (await pointersOf(stack, PIPELINE)).split('\n');
  const trap = killPublishAt(stack, isMove, 2);
  const ended = await run(stack, { engine: 'duckdb' }).finally(trap.stop);
  require('publish was killed', trap.killed() > 0);
  const torn = trap.between().filter((one) => before.includes(one)).length;
  const isTorn = torn > 0 && torn < before.length;
  require('some had moved and some not', isTorn, trap.between());
  await requireClosed(stack, ended, { outcome: 'published', error: /./ });
  const after = (await pointersOf(stack, PIPELINE)).split('\n');
  const stale = after.filter((one) => before.includes(one));
  require('no pointer is left behind', stale.length === 0, stale);
  const strange = after.filter((one) => !one.includes(ended.ledger.run));
  require('all point to the run', strange.length === 0, strange);
  return `${torn} of ${before.length} pointers were left behind, then none`;
};

/** A file of the run is lost while its pointers move. */
const readersMissRows = async (stack: Stack): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  let lost = '';
  const stop = stack.cloud.gateway.watch(async (call) => {
    if (!isCommit(call) || lost !== '') return undefined;
    const { run: own, tables } = JSON.parse(
      call.body.toString(),
    ) as CatalogState;
    const [first] = Object.values(tables)
      .flatMap(({ partitions }) => partitions)
      .filter((one) => one.run === own);
    lost = `${first?.location}${first?.files[0]}`;
    await stack.s3.send(
      new DeleteObjectCommand({ Bucket: stack.lakeBucket, Key: lost }),
    );
    return undefined;
  });
  const ended = await run(stack, { engine: 'duckdb' }).finally(stop);
  require('a file was lost', lost.startsWith('tables/'), lost);
  require('the execution failed', ended.status === 'FAILED', ended.status);
  await requireClosed(stack, ended, {
    outcome: 'failed',
    error: /do not see what was written: .* 0 of \d+ rows/,
  });
  require('readers see the old rows', before ===
    (await pointersOf(stack, PIPELINE)));
  return ended.ledger.error?.message ?? '';
};

const failingCheck = async (stack: Stack): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const ended = await withoutRows(stack, () =>
    run(stack, { engine: 'duckdb' }),
  );
  require('the execution failed', ended.status === 'FAILED', ended.status);
  await requireClosed(stack, ended, {
    outcome: 'failed',
    error: /CheckError|check/i,
  });
  require('readers see the old rows', before ===
    (await pointersOf(stack, PIPELINE)));
  return ended.ledger.error?.message ?? '';
};

const rollBack = async (stack: Stack): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const { ledger } = await run(stack, { engine: 'duckdb' });
  require('it published', before !== (await pointersOf(stack, PIPELINE)));
  const { run: taken } = await invoke<{ run: string }>(stack, 'rollback', {
    pipeline: PIPELINE,
  });
  require('the last run was taken back', taken === ledger.run, taken);
  require('readers see the old rows', before ===
    (await pointersOf(stack, PIPELINE)));
  const now = await ledgerOf(stack, PIPELINE, ledger.execution);
  if (!now) throw new Error('no ledger');
  await requireClosed(stack, { ledger: now }, { outcome: 'rolled back' });
  return `run ${taken}`;
};

const duplicateEvent = async (stack: Stack): Promise<string> => {
  const before = (await ledgersOf(stack, PIPELINE)).length;
  const event = {
    pipeline: PIPELINE,
    options: { engine: 'duckdb' },
    event: 'twice',
  };
  const answers = await Promise.all(
    Array.from({ length: 4 }, () =>
      invoke<{ execution: string; isNew: boolean }>(stack, 'run', event),
    ),
  );
  const [first] = answers;
  require('all name one execution', new Set(answers.map((a) => a.execution))
    .size === 1, answers);
  require('one of them started it', answers.filter((a) => a.isNew).length ===
    1, answers);
  await untilEnded(stack, PIPELINE, first?.execution ?? '');
  const after = (await ledgersOf(stack, PIPELINE)).length;
  require('one run more', after === before + 1, [before, after]);
  return `${answers.length} events, ${after - before} run`;
};

/** Without the header, and what follows the last line's end. */
const expectedRows = () =>
  readFileSync(EXPECTED, 'utf8').trimEnd().split('\n').length - 1;

const scheduleFires = async (stack: Stack): Promise<string> => {
  const Body = readFileSync(RECORDED);
  const drop = {
    Bucket: stack.landingBucket,
    Key: `drop/${PIPELINE}/loan.csv`,
  };
  await stack.s3.send(new PutObjectCommand({ ...drop, Body }));
  const before = new Set(
    (await ledgersOf(stack, PIPELINE)).map((one) => one.run),
  );
  await enable(stack, PIPELINE);
  const ledger = await until('a run by the schedule', async () =>
    (await ledgersOf(stack, PIPELINE)).find((one) => !before.has(one.run)),
  ).finally(() => disable(stack, PIPELINE));
  const ended = await untilEnded(stack, PIPELINE, ledger.execution);
  require('it is a live run', ended.ledger.replay === 'live', ended.ledger
    .replay);
  await requireClosed(stack, ended, { outcome: 'published' });
  const { rows = 0 } =
    ended.ledger.tables.find(({ table }) => table === PIPELINE) ?? {};
  const wanted = expectedRows();
  require('it has the rows of the file', rows === wanted, [rows, wanted]);
  // What follows compares the tables with those of a local run.
  await invoke(stack, 'rollback', { pipeline: PIPELINE });
  const left = await requireSameRows(stack, PIPELINE);
  return `${rows} loans of ${ended.ledger.date}; taken back: ${left}`;
};

/** The faults that the pipeline `loans` is put to. */
export const proveFaults = async (stack: Stack): Promise<void> => {
  await prove('a duplicate event starts one run', () => duplicateEvent(stack));
  await prove('a failing check moves nothing', () => failingCheck(stack));
  await prove('rows that Athena does not find take the publish back', () =>
    readersMissRows(stack),
  );
  await prove('a crash before the commit moves nothing', () =>
    crashBeforeCommit(stack),
  );
  await prove('a crash between two pointer moves is finished', () =>
    crashBetweenMoves(stack),
  );
  await prove('a rollback gives back the old rows', () => rollBack(stack));
  await prove('a schedule fires', () => scheduleFires(stack));
};

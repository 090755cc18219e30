import type { Backfill } from '../../functions/backfill/handler.ts';
import type { Quote } from '../../functions/quote/handler.ts';
import type { RollbackResult } from '../../functions/rollback/handler.ts';
import type { Ledger } from '../../functions/shared/ledger.ts';
import type { Status } from '../../functions/status/handler.ts';
import type { Asked } from './athena.ts';
import {
  isSame,
  jsonOf,
  locally,
  newRuns,
  onStage,
  PERIOD,
  runIds,
  SPAN,
} from './commandLine.ts';
import { PIPELINE, require, requireClosed, withoutRows } from './judge.ts';
import { prove } from './prove.ts';
import { pointersOf } from './published.ts';
import { commandReplay } from './recordings.ts';
import { commandErrors } from './refusals.ts';
import { LAKE, requireSameRows } from './sameRows.ts';
import type { Stack } from './stack.ts';

/** What a run is to have counted, wherever it ran. */
const countsOf = ({ period, sources, tables }: Ledger) => ({
  period,
  sources: sources.map(({ source, landed, used, quarantined }) => ({
    source,
    landed,
    used,
    quarantined,
  })),
  tables: tables.map(({ table, rows }) => ({ table, rows })),
});

const localCounts = async () => {
  const { out } = await locally('runs', PIPELINE, '--lake', LAKE, '--json');
  const [ledger] = JSON.parse(out) as Ledger[];
  if (!ledger) throw new Error('no local run');
  return countsOf(ledger);
};

const commandRun = async (stack: Stack): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const args = ['run', PIPELINE, '--sample', '--engine', 'duckdb'];
  const { runs } = await jsonOf<{ runs: Ledger[] }>(stack, args);
  const [ledger] = runs;
  if (!ledger) throw new Error('it tells of no run');
  await requireClosed(stack, { ledger }, { outcome: 'published' });
  const local = await localCounts();
  require('it counts as a local run', isSame(countsOf(ledger), local), [
    countsOf(ledger),
    local,
  ]);
  const after = await pointersOf(stack, PIPELINE);
  require('the pointers moved', before !== after);
  require('they point to this run', after
    .split('\n')
    .every((pointer) => pointer.includes(ledger.run)), after);
  return requireSameRows(stack, PIPELINE);
};

const commandRuns = async (stack: Stack): Promise<string> => {
  const args = ['runs', PIPELINE, '--limit', '100'];
  const told = await jsonOf<Ledger[]>(stack, args);
  const kept = (await runIds(stack)).reverse();
  require('it lists all ledgers, newest first', isSame(
    told.map(({ run }) => run),
    kept,
  ), [told.length, kept]);
  const last = told[0] as Ledger;
  const table = await onStage(stack, ['runs', PIPELINE, '--limit', '1']);
  require('one line has the run', table.out.includes(last.run), table);
  const show = await onStage(stack, ['runs', 'show', last.run, PIPELINE]);
  require('its rows add up', /adds up/.test(show.out), show);
  require('it is this run', show.out.includes(last.execution) ||
    show.out.includes(last.run), show);
  const none = await onStage(stack, ['runs', 'show', '1999', PIPELINE]);
  require('no run begins so', none.code === 2 &&
    /no run begins with "1999"/.test(none.all), none);
  return `${told.length} runs`;
};

const commandStatus = async (stack: Stack): Promise<string> => {
  const [status] = await jsonOf<Status[]>(stack, ['status', PIPELINE]);
  const last = (await runIds(stack)).at(-1);
  require('it tells of the last run', status?.last?.run === last, status);
  const { tables } = await localCounts();
  const rows = status?.rows?.map(({ table, rows: n }) => ({ table, rows: n }));
  require('it tells the rows of each table', isSame(rows, tables), rows);
  const text = await onStage(stack, ['status', PIPELINE]);
  require('all is well', text.code === 0 && / ok /.test(text.out), text);
  return `${PIPELINE} is ${status?.state}`;
};

const QUERIES = [
  `SELECT count(*) AS n, sum(loan_amount) AS amount FROM ${PIPELINE}.loans`,
  `SELECT * FROM ${PIPELINE}.loans_by_category ORDER BY 1, 2`,
  `SELECT customer_id, loan_amount, insert_date FROM "${PIPELINE}"."loans" l ORDER BY 1, 2, 3`,
];

const commandSql = async (
  stack: Stack,
  asked: readonly Asked[],
): Promise<string> => {
  let lines = 0;
  for (const sql of QUERIES) {
    const here = await locally('sql', sql, '--lake', LAKE, '--format', 'csv');
    const there = await onStage(stack, ['sql', sql, '--format', 'csv']);
    require('the answer is the local one', there.code === 0 &&
      here.code === 0 &&
      there.out === here.out, [here.all, there.all]);
    lines += there.out.trim().split('\n').length - 1;
    const last = asked.at(-1);
    require('it was asked in the stage’s workgroup', last?.workgroup ===
      stack.workgroup, last);
    require('by the stage’s names', last?.sql.includes(
      `${stack.databasePrefix}${PIPELINE}.`,
    ) === true, last);
  }
  const wrong = await onStage(stack, [
    'sql',
    `SELECT x FROM ${PIPELINE}.loans`,
  ]);
  require('an error is Athena’s', wrong.code === 1 &&
    /^StageError: Athena: .*"x"/.test(wrong.all), wrong);
  return `${QUERIES.length} queries, ${lines} rows, in ${stack.workgroup}`;
};

const commandQuote = async (stack: Stack): Promise<string> => {
  let quote: Quote | undefined;
  const started = await newRuns(stack, async () => {
    quote = await jsonOf<Quote>(stack, ['quote', PIPELINE, ...SPAN, '--force']);
  });
  require('it starts nothing', started.length === 0, started);
  if (!quote) throw new Error('it says nothing');
  const { lines, dollarsPerRun, dollars, toRun, how } = quote;
  const sum = lines.reduce((all, line) => all + line.dollars, 0);
  require('the lines are the sum', sum > 0 &&
    Math.abs(sum - dollarsPerRun) < 1e-6, [sum, dollarsPerRun]);
  require('all runs cost what each does', Math.abs(
    dollars - toRun * dollarsPerRun,
  ) < 1e-6, quote);
  require('by the runs of the stage', /median of \d+ past runs?/.test(
    how,
  ), how);
  return `$${dollarsPerRun} a run`;
};

const commandBackfill = async (stack: Stack): Promise<string> => {
  const args = ['backfill', PIPELINE, ...SPAN, '--force'];
  let plan: Backfill | undefined;
  const planned = await newRuns(stack, async () => {
    plan = await jsonOf<Backfill>(stack, [...args, '--dry-run']);
  });
  require('a dry run starts nothing', planned.length === 0, planned);
  const toRun = plan?.periods.filter(({ action }) => action === 'run');
  require('it would run what the sample has', isSame(
    toRun?.map(({ period }) => period),
    [PERIOD],
  ), plan);
  const refused = await newRuns(stack, async () => {
    await jsonOf(stack, [...args, '--budget', '0.0000001'], 1);
  });
  require('a budget stops it', refused.length === 0, refused);
  const ran = await newRuns(stack, async () => {
    await jsonOf(stack, [...args, '--budget', '1']);
  });
  require('it ran that period', isSame(
    ran.map(({ period, outcome }) => [period, outcome]),
    [[PERIOD, 'published']],
  ), ran);
  return `${ran.length} run; ${await requireSameRows(stack, PIPELINE)}`;
};

const commandRollback = async (stack: Stack): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const [newest] = await newRuns(stack, async () => {
    const { code, all } = await onStage(stack, ['run', PIPELINE, '--sample']);
    require('a run', code === 0, all);
  });
  require('it published', before !== (await pointersOf(stack, PIPELINE)));
  const taken = await jsonOf<RollbackResult>(stack, ['rollback', PIPELINE]);
  require('the last run was taken back', taken.run === newest?.run, taken);
  require('readers see the old rows', before ===
    (await pointersOf(stack, PIPELINE)));
  const [now] = await jsonOf<Ledger[]>(stack, ['runs', PIPELINE, '--limit=1']);
  require('the ledger says so', now?.outcome === 'rolled back', now);
  return `run ${taken.run}; ${await requireSameRows(stack, PIPELINE)}`;
};

interface Line {
  readonly function: string;
  readonly level: string;
  readonly run?: string;
  readonly message: string;
}

const commandLogs = async (stack: Stack): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const [failed] = await newRuns(stack, () =>
    withoutRows(stack, async () => {
      const told = await onStage(stack, ['run', PIPELINE, '--sample']);
      require('the run fails', told.code === 1, told);
      require('and says why', /row count/.test(told.all), told);
    }),
  );
  require('readers see the old rows', before ===
    (await pointersOf(stack, PIPELINE)));
  const args = ['logs', PIPELINE, '--run', failed?.run ?? ''];
  const lines = await jsonOf<Line[]>(stack, [...args, '--errors']);
  require('one function has logged why', lines.length === 1 &&
    lines[0]?.level === 'ERROR' &&
    lines[0].run === failed?.run &&
    /row count/.test(lines[0].message), lines);
  const none = await jsonOf<Line[]>(stack, [...args, '--function', 'clean']);
  require('another one nothing', none.length === 0, none);
  return `${lines[0]?.function}: ${lines[0]?.message.slice(0, 60)}…`;
};

/** Each command of a laptop that takes `--stage`, as a process of its own. */
export const proveCommands = async (
  stack: Stack,
  asked: readonly Asked[],
): Promise<void> => {
  const scenes: readonly [string, () => Promise<string>][] = [
    ['run publishes the rows of a local run', () => commandRun(stack)],
    ['runs lists the ledgers', () => commandRuns(stack)],
    ['status tells the last run and its rows', () => commandStatus(stack)],
    ['sql answers as on a laptop', () => commandSql(stack, asked)],
    ['quote tells a sum and starts nothing', () => commandQuote(stack)],
    ['backfill runs within its budget', () => commandBackfill(stack)],
    ['rollback gives back the old rows', () => commandRollback(stack)],
    ['run replays a recording of its bucket', () => commandReplay(stack)],
    ['logs tells why a run failed', () => commandLogs(stack)],
    ['refuses what it cannot do', () => commandErrors(stack)],
  ];
  for (const [what, act] of scenes)
    await prove(`tributary --stage: ${what}`, act);
};

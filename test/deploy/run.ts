/**
 * Deploys the stage dev to an emulator of AWS and proves what it does there, by
 * the rows that a reader of the catalog finds:
 * `npm run test:deploy -- [PIPELINE…] [--only WORDS]`, by default all. Where
 * `loans` is among them, it is put to the faults and to the command line. With
 * `--only`, what has these words in its name, and what that builds on.
 */
import { readdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mariadbd } from '../mysql/startMariadb.ts';
import { PIPELINES } from '../support/testLake.ts';
import { answerAsAthena } from './athena.ts';
import { proveCommands } from './commands.ts';
import {
  deploy,
  serverless,
  startCloud,
  UNKNOWN,
  uploadSample,
} from './deploy.ts';
import { proveFaults } from './faults.ts';
import { type GlueRuns, watchGlueRuns } from './glueRuns.ts';
import { proveJobFaults } from './jobFaults.ts';
import { PIPELINE } from './judge.ts';
import { WORK } from './program.ts';
import { prove, proveOnly, total } from './prove.ts';
import { pointersOf } from './published.ts';
import { remains } from './remains.ts';
import { requireSameRows, runLocally } from './sameRows.ts';
import { setUpGlue } from './sparkSetUp.ts';
import { type Ended, type Stack, untilEnded } from './stack.ts';
import { DATE, proveUnlanded, UNLANDED } from './unlanded.ts';

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' } },
});
proveOnly(values.only);
const names = readdirSync(PIPELINES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => asked.length === 0 || asked.includes(name));

/** Starts a run as a person does. @returns its execution. */
const slsInvoke = async (
  { cloud }: Stack,
  pipeline: string,
  options: object,
): Promise<string> => {
  const data = JSON.stringify({ pipeline, options });
  const { out } = await serverless(cloud, 'invoke', '-f', 'run', '-d', data);
  return (JSON.parse(out) as { execution: string }).execution;
};

const runAndCompare = async (
  stack: Stack,
  pipeline: string,
  engine: string,
): Promise<string> => {
  const execution = await slsInvoke(stack, pipeline, { engine });
  const { status, cause, ledger } = await untilEnded(
    stack,
    pipeline,
    execution,
  );
  if (status !== 'SUCCEEDED') throw new Error(`${status}: ${cause}`);
  if (ledger.engine.name !== engine) throw new Error(ledger.engine.name);
  return `${await requireSameRows(stack, pipeline)}, ${ledger.seconds} s`;
};

/** Runs a pipeline by the Glue job, which the emulator only records. */
const runJob = async (
  stack: Stack,
  runs: GlueRuns,
  pipeline: string,
  options: object,
): Promise<Ended> => {
  const before = await pointersOf(stack, pipeline);
  const execution = await slsInvoke(stack, pipeline, options);
  const job = await runs.next();
  const { code, all } = await (await runs.work(job)).ended;
  runs.end(job, code === 0 ? 'SUCCEEDED' : 'FAILED');
  if (code !== 0) throw new Error(all.slice(-3000));
  const { told } = await runs.tell(job);
  if (told !== 'late') throw new Error(`a second callback was ${told}`);
  const ended = await untilEnded(stack, pipeline, execution);
  const { status, cause, ledger } = ended;
  if (status !== 'SUCCEEDED') throw new Error(`${status}: ${cause}`);
  if (ledger.engine.name !== 'spark') throw new Error(ledger.engine.name);
  if (before === (await pointersOf(stack, pipeline)))
    throw new Error('no pointer has moved');
  return ended;
};

const runBySpark = async (
  stack: Stack,
  runs: GlueRuns,
  pipeline: string,
): Promise<string> => {
  const { ledger } = await runJob(stack, runs, pipeline, { engine: 'spark' });
  return `${await requireSameRows(stack, pipeline)}, ${ledger.seconds} s`;
};

const IS_BASE = { isBase: true };

const proveStack = async (stack: Stack): Promise<void> => {
  const queries = answerAsAthena(stack);
  for (const name of names)
    await prove(
      `${name} by DuckDB has the rows of a local run`,
      () => runAndCompare(stack, name, 'duckdb'),
      { isBase: name === PIPELINE },
    );
  let runs: GlueRuns | undefined;
  await prove(
    'what Glue brings',
    async () => {
      runs = watchGlueRuns(stack, await setUpGlue());
      return 'Spark 3.5.6, hadoop-aws 3.3.4, boto3';
    },
    IS_BASE,
  );
  for (const name of runs ? names : [])
    await prove(`${name} by Spark has the rows of a local run`, () =>
      runBySpark(stack, runs as GlueRuns, name),
    );
  const home = runs;
  if (home && (mariadbd() || process.env.CI))
    await prove('the job reads a table that does not land', () =>
      proveUnlanded(stack, () =>
        runJob(stack, home, UNLANDED, { live: true, date: DATE }),
      ),
    );
  if (!names.includes(PIPELINE)) return;
  await proveCommands(stack, queries);
  await proveFaults(stack);
  if (runs) await proveJobFaults(stack, runs);
};

rmSync(WORK, { recursive: true, force: true });
const cloud = await startCloud();
try {
  let stack: Stack | undefined;
  await prove(
    'sls deploy',
    async () => {
      const deployed = await deploy(cloud);
      stack = deployed.stack;
      return `all but ${deployed.leftOut} resources that the emulator does not know (${UNKNOWN.join(', ')})`;
    },
    IS_BASE,
  );
  if (stack) {
    const deployed = stack;
    await prove('a local run', runLocally, IS_BASE);
    await prove(
      'the samples are uploaded',
      async () => {
        const counts = await Promise.all(
          names.map((name) => uploadSample(deployed, name)),
        );
        return `${counts.reduce((a, b) => a + b)} files`;
      },
      IS_BASE,
    );
    await proveStack(deployed);
    await prove('sls remove leaves nothing', async () => {
      const before = await remains(cloud);
      await serverless(cloud, 'remove');
      const after = await remains(cloud);
      if (after.length > 0) throw new Error(`left: ${after.join(', ')}`);
      return `of ${before.length} resources`;
    });
  }
} finally {
  await cloud.stop();
}
process.exitCode = total();

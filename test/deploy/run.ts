/**
 * Deploys the stage dev to an emulator of AWS and proves what it does there, by
 * the rows that a reader of the catalog finds:
 * `npm run test:deploy -- [PIPELINE…]`, by default all. Where `loans` is among
 * them, it is put to the faults.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tributary } from '../../cli/testing/tributary.ts';
import { PIPELINES } from '../support/testLake.ts';
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
import { prove, total } from './prove.ts';
import { comparePublished, pointersOf } from './published.ts';
import { remains } from './remains.ts';
import { setUpGlue } from './sparkSetUp.ts';
import { type Stack, untilEnded } from './stack.ts';

const LAKE = join(WORK, 'lake');

const asked = process.argv.slice(2);
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

const runLocally = async (): Promise<string> => {
  rmSync(LAKE, { recursive: true, force: true });
  const { code, stdout, stderr } = await tributary([
    'run',
    '--lake',
    LAKE,
    '--json',
  ]);
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  return `${names.length} pipelines`;
};

/** What a pipeline has published on the stack is what a local run publishes. */
export const requireSameRows = async (
  stack: Stack,
  pipeline: string,
): Promise<string> => {
  const compared = await comparePublished(stack, pipeline, LAKE);
  for (const { table, rows, onlyFirst, onlySecond } of compared)
    if (rows === 0 || onlyFirst.length + onlySecond.length > 0)
      throw new Error(
        `${table}: ${rows} rows, of which ${onlyFirst.length} are not on the ` +
          `stack; ${onlySecond.length} only there: ` +
          JSON.stringify([onlyFirst.slice(0, 2), onlySecond.slice(0, 2)]),
      );
  const rows = compared.reduce((sum, one) => sum + one.rows, 0);
  return `${compared.length} tables, ${rows} rows`;
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

/** The same by the Glue job, which the emulator only records. */
const runBySpark = async (
  stack: Stack,
  runs: GlueRuns,
  pipeline: string,
): Promise<string> => {
  const before = await pointersOf(stack, pipeline);
  const execution = await slsInvoke(stack, pipeline, { engine: 'spark' });
  const job = await runs.next();
  const { code, all } = await (await runs.work(job)).ended;
  runs.end(job, code === 0 ? 'SUCCEEDED' : 'FAILED');
  if (code !== 0) throw new Error(all.slice(-3000));
  const { told } = await runs.tell(job);
  if (told !== 'late') throw new Error(`a second callback was ${told}`);
  const { status, cause, ledger } = await untilEnded(
    stack,
    pipeline,
    execution,
  );
  if (status !== 'SUCCEEDED') throw new Error(`${status}: ${cause}`);
  if (ledger.engine.name !== 'spark') throw new Error(ledger.engine.name);
  if (before === (await pointersOf(stack, pipeline)))
    throw new Error('no pointer has moved');
  return `${await requireSameRows(stack, pipeline)}, ${ledger.seconds} s`;
};

const proveStack = async (stack: Stack): Promise<void> => {
  for (const name of names)
    await prove(`${name} by DuckDB has the rows of a local run`, () =>
      runAndCompare(stack, name, 'duckdb'),
    );
  let runs: GlueRuns | undefined;
  await prove('what Glue brings', async () => {
    runs = watchGlueRuns(stack, await setUpGlue());
    return 'Spark 3.5.6, hadoop-aws 3.3.4, boto3';
  });
  for (const name of runs ? names : [])
    await prove(`${name} by Spark has the rows of a local run`, () =>
      runBySpark(stack, runs as GlueRuns, name),
    );
  if (!names.includes(PIPELINE)) return;
  await proveFaults(stack);
  if (runs) await proveJobFaults(stack, runs);
};

rmSync(WORK, { recursive: true, force: true });
const cloud = await startCloud();
try {
  let stack: Stack | undefined;
  await prove('sls deploy', async () => {
    const deployed = await deploy(cloud);
    stack = deployed.stack;
    return `all but ${deployed.leftOut} resources that the emulator does not know (${UNKNOWN.join(', ')})`;
  });
  if (stack) {
    const deployed = stack;
    await prove('a local run', runLocally);
    await prove('the samples are uploaded', async () => {
      const counts = await Promise.all(
        names.map((name) => uploadSample(deployed, name)),
      );
      return `${counts.reduce((a, b) => a + b)} files`;
    });
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

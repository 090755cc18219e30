import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PIPELINES } from '../support/testLake.ts';
import { uploadSample } from './deploy.ts';
import {
  type Ended,
  listKeys,
  objectText,
  type Stack,
  startRun,
  untilEnded,
} from './stack.ts';

/** What the faults are put to. */
export const PIPELINE = 'loans';
export const EXPECTED = join(PIPELINES, PIPELINE, 'expected', 'loans.csv');
export const RECORDED = join(PIPELINES, PIPELINE, 'sample', 'loan.csv');

/** @throws where two things differ that should not. */
export const require = (
  what: string,
  isSo: boolean,
  more: unknown = '',
): void => {
  if (!isSo) throw new Error(`not so: ${what} ${JSON.stringify(more)}`);
};

/** The locks that somebody holds. */
const heldLocks = async (stack: Stack): Promise<string[]> => {
  const keys = await listKeys(stack, stack.lakeBucket, 'locks/');
  const texts = await Promise.all(
    keys.map((key) => objectText(stack, stack.lakeBucket, key)),
  );
  return keys.filter((_, at) => !JSON.parse(texts[at] ?? '{}').released);
};

/** What a fault may not change, and what it must leave. */
interface Left {
  readonly outcome: string;
  readonly error?: RegExp;
}

/** @throws unless the run is closed as it should be, and holds nothing. */
export const requireClosed = async (
  stack: Stack,
  { ledger }: Pick<Ended, 'ledger'>,
  { outcome, error = /^$/ }: Left,
): Promise<void> => {
  const said =
    `${ledger.error?.name ?? ''} ${ledger.error?.message ?? ''}`.trim();
  require(`the ledger says ${outcome}`, ledger.outcome === outcome, ledger);
  require('the ledger says why', error.test(said), said);
  const held = await heldLocks(stack);
  require('no lock is held', held.length === 0, held);
};

export const run = async (stack: Stack, options: object): Promise<Ended> =>
  untilEnded(stack, PIPELINE, await startRun(stack, PIPELINE, options));

/** Lets the sample have no rows for as long as something is done. */
export const withoutRows = async <T>(
  stack: Stack,
  act: () => Promise<T>,
): Promise<T> => {
  const [header = ''] = readFileSync(RECORDED, 'utf8').split('\n');
  await stack.s3.send(
    new PutObjectCommand({
      Bucket: stack.landingBucket,
      Key: `samples/${PIPELINE}/loan.csv`,
      Body: `${header}\n`,
    }),
  );
  return act().finally(() => uploadSample(stack, PIPELINE));
};

import type { JobRun } from '@aws-sdk/client-glue';
import { TokenError } from '../../core/errors.ts';
import type { Callbacks } from '../ports.ts';
import { tellEnd, tellQueued } from './glueJobEnds.ts';

/** Callbacks that write down what they are told. */
const setUp = (waits = true) => {
  const told: string[] = [];
  const tell = (what: string) => async (token: string) => {
    if (!waits) throw new TokenError('nobody waits');
    told.push(`${what} ${token}`);
  };
  const callbacks: Callbacks = {
    succeed: tell('succeed'),
    fail: tell('fail'),
    beat: tell('beat'),
  };
  return { callbacks, told };
};

const run = (JobRunState: JobRun['JobRunState']): JobRun => ({
  Id: 'jr_1',
  JobRunState,
  Arguments: { '--task-token': 'token', '--pipeline': 'shop' },
});

test.each<[JobRun['JobRunState'], boolean]>([
  ['WAITING', true],
  ['STARTING', true],
  ['RUNNING', false],
  ['STOPPING', false],
  ['FAILED', false],
])('%s: a sign of life is sent for it: %s', async (state, isSent) => {
  const { callbacks, told } = setUp();
  expect(await tellQueued(callbacks, run(state))).toBe(isSent);
  expect(told).toEqual(isSent ? ['beat token'] : []);
});

test('one whose state has given up is left alone', async () => {
  const { callbacks } = setUp(false);
  expect(await tellQueued(callbacks, run('WAITING'))).toBe(false);
  expect(await tellEnd(callbacks, run('FAILED'))).toBe('late');
});

test.each<[JobRun['JobRunState'], string, string[]]>([
  ['SUCCEEDED', 'succeeded', ['succeed token']],
  ['FAILED', 'failed', ['fail token']],
  ['TIMEOUT', 'failed', ['fail token']],
  ['STOPPED', 'failed', ['fail token']],
  ['EXPIRED', 'failed', ['fail token']],
  ['WAITING', 'alive', []],
  // What Glue may yet come to call one: it is not known to have ended.
  ['PAUSED' as JobRun['JobRunState'], 'alive', []],
  [undefined, 'alive', []],
])('%s is told as %s', async (state, expected, calls) => {
  const { callbacks, told } = setUp();
  expect(await tellEnd(callbacks, run(state))).toBe(expected);
  expect(told).toEqual(calls);
});

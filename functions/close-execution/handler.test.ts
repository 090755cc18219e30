import type { Platform } from '../../platform/ports.ts';
import { runId } from '../shared/runId.ts';
import { closeExecution } from './handler.ts';

const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:m:e';
const startDate = Date.parse('2024-05-08T06:00:00.123Z');
const run = runId({ id: executionArn, startedAt: '2024-05-08T06:00:00.123Z' });

let aborted: string[];
beforeEach(() => {
  aborted = [];
});

const close = (status: string, started = startDate) => {
  const abort = async (run: string) => void aborted.push(run);
  const platform = { jobs: { abort } } as unknown as Platform;
  const detail = { executionArn, startDate: started, status };
  return closeExecution(platform)({ detail });
};

test.each(['ABORTED', 'TIMED_OUT', 'FAILED'])(
  'the job of an execution that is %s is ended',
  async (status) => {
    expect(await close(status)).toEqual({ run, isEnded: true });
    expect(aborted).toEqual([run]);
  },
);

test.each(['RUNNING', 'SUCCEEDED', 'PENDING_REDRIVE', 'aborted', ''])(
  'that of one that is "%s" is left alone',
  async (status) => {
    expect(await close(status)).toEqual({ run, isEnded: false });
    expect(aborted).toEqual([]);
  },
);

test('a start that is no time is refused', async () => {
  await expect(close('ABORTED', 1e20)).rejects.toThrow(
    'close-execution: startDate is 100000000000000000000: it must be a time',
  );
  expect(aborted).toEqual([]);
});

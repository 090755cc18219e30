import type { Platform } from '../../platform/ports.ts';
import { closeJob } from './handler.ts';

test('what the event names is looked at, and what was told is told', async () => {
  const asked: unknown[] = [];
  const tellEnd = async (change: object) => {
    asked.push(change);
    return 'failed';
  };
  const detail = { jobName: 'job', jobRunId: 'jr_1', state: 'UNHEARD_OF' };
  expect(await closeJob(tellEnd)({} as Platform)({ detail })).toEqual({
    told: 'failed',
  });
  expect(asked).toEqual([{ jobName: 'job', jobRunId: 'jr_1' }]);
});

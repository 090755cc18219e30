import { createJobs, type JobEvent, type Work } from './jobs.ts';

const NOW = new Date('2024-05-01T06:00:00Z');
const newJobs = () => createJobs(() => NOW);
const at = NOW.toISOString();

/** Work that goes on until it is told to end. */
const openWork = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work: Work = async ({ line, step }) => {
    step({ pipeline: 'loans', step: 'plan', state: 'begins' });
    line('one');
    await promise;
    return { isDone: true, text: 'done', run: 'R1' };
  };
  return { work, end: resolve };
};

test('who listens late is told of all that was before, once', async () => {
  const jobs = newJobs();
  const { work, end } = openWork();
  const job = jobs.start('run', 'loans', work);
  const [early, late, gone]: JobEvent[][] = [[], [], []];
  jobs.listen(job, (event) => early?.push(event));
  const stop = jobs.listen(job, (event) => gone?.push(event));
  stop();
  end();
  await jobs.idle();
  jobs.listen(job, (event) => late?.push(event));
  const all = [
    {
      type: 'step',
      at,
      progress: { pipeline: 'loans', step: 'plan', state: 'begins' },
    },
    { type: 'line', at, text: 'one' },
    { type: 'end', at, isDone: true, text: 'done', run: 'R1' },
  ];
  expect([early, late, gone]).toEqual([all, all, all.slice(0, 2)]);
});

test('one at a time for each pipeline, others beside it', async () => {
  const jobs = newJobs();
  const [first, other] = [openWork(), openWork()];
  const job = jobs.start('backfill', 'loans', first.work);
  expect(() => jobs.start('run', 'loans', other.work)).toThrow(
    'a backfill goes on: wait for its end',
  );
  jobs.start('run', 'songs', other.work);
  expect([jobs.running('loans'), jobs.isBusy()]).toEqual([job, true]);
  first.end();
  other.end();
  await jobs.idle();
  expect([jobs.running('loans'), jobs.isBusy()]).toEqual([undefined, false]);
  expect(jobs.start('run', 'loans', openWork().work).kind).toBe('run');
});

test('what is thrown is how it ended', async () => {
  const jobs = newJobs();
  const job = jobs.start('rollback', 'loans', async () => {
    throw new RangeError('no run to take back');
  });
  await jobs.idle();
  expect(job.events).toEqual([
    {
      type: 'end',
      at,
      isDone: false,
      text: 'RangeError: no run to take back',
    },
  ]);
});

test('old jobs are forgotten, never one that goes on', async () => {
  const jobs = newJobs();
  const { work, end } = openWork();
  const going = jobs.start('run', 'loans', work);
  const done = async () => ({ isDone: true, text: '' });
  const first = jobs.start('run', 'p0', done);
  for (let i = 1; i <= 60; i++) {
    jobs.start('run', `p${i}`, done);
    await new Promise(setImmediate);
  }
  expect(jobs.get(first.id)).toBeUndefined();
  expect(jobs.get(going.id)).toBe(going);
  end();
  await jobs.idle();
});

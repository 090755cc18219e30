import { TokenError } from '../../core/errors.ts';
import type { Callbacks, JobOrder, Jobs, Store } from '../ports.ts';

/** A job that is at work, and what its machine may do. */
export interface Work {
  /** What it was told: `run-id`, `plan` and so on. */
  readonly given: Readonly<Record<string, string>>;
  /** Reads what lies at a place that it was told. */
  read(place: string): Promise<string>;
  /** Writes a file below the place that it was told to write to. */
  write(file: string, body: string): Promise<void>;
  beat(): Promise<void>;
  /** Tells its token, and ends. */
  succeed(): Promise<void>;
  fail(error: {
    readonly name: string;
    readonly message: string;
  }): Promise<void>;
  /** Ends without a word. */
  die(): Promise<void>;
}

export interface JobsPlace {
  readonly jobs: Jobs;
  readonly store: Store;
  /** Whether what a job took is counted. */
  readonly bills: boolean;
  /** What was told of tokens, in turn. */
  readonly heard: readonly string[];
  /** The jobs that are at work, once there are so many. */
  working(count: number): Promise<readonly Work[]>;
  remove(): Promise<void>;
}

/** Tokens that are waited for until they hear of an end. */
export const listen = (): {
  readonly callbacks: Callbacks;
  readonly heard: readonly string[];
} => {
  const heard: string[] = [];
  const ended = new Set<string>();
  const hear = (token: string, what: string, isEnd = true) => {
    if (ended.has(token)) throw new TokenError('nobody waits any more');
    if (isEnd) ended.add(token);
    heard.push(`${token} ${what}`);
  };
  return {
    heard,
    callbacks: {
      succeed: async (token) => hear(token, 'succeeded'),
      fail: async (token, { name }) => hear(token, `failed: ${name}`),
      beat: async (token) => hear(token, 'beat', false),
    },
  };
};

/** What the step that starts a job, and the one after it, may rely on. */
export const jobsContract = (
  name: string,
  open: () => Promise<JobsPlace>,
): void => {
  describe(`jobs: ${name}`, () => {
    let place: JobsPlace;
    beforeEach(async () => {
      place = await open();
    });
    afterEach(() => place.remove());

    const start = async (run: string, taskToken: string): Promise<string> => {
      const { jobs, store } = place;
      const plan = `jobs/shop/${run}/plan.json`;
      const request = `jobs/shop/${run}/request.json`;
      await store.write(plan, '{"name": "ü"}');
      await store.write(request, '{"sources": {}}');
      const order: JobOrder = {
        ...{ pipeline: 'shop', run, taskToken },
        plan: await jobs.place(plan),
        request: await jobs.place(request),
      };
      return jobs.start(order);
    };
    const only = async (): Promise<Work> => {
      const [work] = await place.working(1);
      if (!work) throw new Error('no job is at work');
      return work;
    };

    test('a job is told what it was ordered, by places that it can read', async () => {
      expect(await start('r1', 'first')).not.toBe('');
      const { given, read } = await only();
      expect(given).toMatchObject({ 'run-id': 'r1', 'task-token': 'first' });
      expect(await read(given.plan ?? '')).toBe('{"name": "ü"}');
      expect(await read(given.request ?? '')).toBe('{"sources": {}}');
    });

    test('what it made is listed, read, and moved into the lake', async () => {
      const { jobs, store } = place;
      const none = await jobs.made('shop', 'r1');
      expect(await none.list()).toEqual([]);
      expect(await none.read('result.json')).toBeUndefined();
      await start('r1', 'first');
      const { write } = await only();
      await write('result.json', '{}');
      await write('tables/t/a b=ü/part-0.parquet', 'rows');
      const made = await jobs.made('shop', 'r1');
      expect(await made.list()).toEqual(['result.json']);
      expect(await made.read('result.json')).toBe('{}');
      await made.move('tables/t/a b=ü/part-0.parquet', 'tables/shop/t/p');
      expect(await store.read('tables/shop/t/p')).toBe('rows');
      expect(await made.read('tables/t/a b=ü/part-0.parquet')).toBeUndefined();
      await expect(made.move('none', 'tables/shop/t/q')).rejects.toThrow();
      expect(await store.list('tables/')).toEqual(['tables/shop/t/p']);
    });

    test.each<[string, (work: Work) => Promise<void>, string]>([
      ['went well', ({ succeed }) => succeed(), 'first succeeded'],
      [
        'failed',
        ({ fail }) => fail({ name: 'CheckError', message: '3 rows' }),
        'first failed: CheckError',
      ],
      ['said nothing', ({ die }) => die(), 'first failed: JobError'],
    ])('of one that %s the token hears once', async (_, end, told) => {
      await start('r1', 'first');
      const work = await only();
      await work.beat();
      expect(place.heard).toEqual(['first beat']);
      await end(work);
      expect(place.heard).toEqual(['first beat', told]);
      expect(await place.working(0)).toEqual([]);
    });

    test('started again while it works, one works, for the new token', async () => {
      await start('r1', 'first');
      await only();
      await start('r1', 'second');
      await (await only()).succeed();
      expect(place.heard).toContain('second succeeded');
      expect(place.heard).not.toContain('first succeeded');
      expect(await place.working(0)).toEqual([]);
    });

    test('started again after its end, it finds nothing that was made', async () => {
      await start('r1', 'first');
      const work = await only();
      await work.write('result.json', 'old');
      await work.die();
      await start('r1', 'second');
      const again = await only();
      const made = await place.jobs.made('shop', 'r1');
      expect(await made.list()).toEqual([]);
      await again.write('result.json', 'new');
      expect(await made.read('result.json')).toBe('new');
    });

    test('jobs of two runs know nothing of each other', async () => {
      await start('r1', 'first');
      await start('r2', 'second');
      const works = await place.working(2);
      for (const { given, write } of works)
        await write('result.json', given['run-id'] ?? '');
      for (const run of ['r1', 'r2']) {
        const made = await place.jobs.made('shop', run);
        expect(await made.read('result.json')).toBe(run);
      }
      const one = works.find(({ given }) => given['run-id'] === 'r1');
      await one?.succeed();
      expect(place.heard).toEqual(['first succeeded']);
      expect((await only()).given['run-id']).toBe('r2');
    });

    test('one that is ended works no more, and others go on', async () => {
      await start('r1', 'first');
      await start('r2', 'second');
      await place.working(2);
      await place.jobs.abort('r1');
      const work = await only();
      expect(work.given['run-id']).toBe('r2');
      await work.succeed();
      expect(place.heard).toContain('second succeeded');
      expect(place.heard).not.toContain('first succeeded');
      for (const run of ['r1', 'r2', 'none'])
        expect(await place.jobs.abort(run)).toBeUndefined();
    });

    test('what is billed is not known before the end', async () => {
      const billed = () => place.jobs.dpuSeconds('r1');
      expect(await billed()).toBeUndefined();
      await start('r1', 'first');
      const work = await only();
      expect(await billed()).toBeUndefined();
      await work.succeed();
      expect((await billed()) !== undefined).toBe(place.bills);
    });
  });
};

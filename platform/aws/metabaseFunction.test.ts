import type { LambdaClient } from '@aws-sdk/client-lambda';
import { MetabaseAwayError, MetabaseError } from '../../core/errors.ts';
import { metabaseFunction } from './metabaseFunction.ts';

/** A client that answers as Lambda does, and keeps what it was asked. */
const stage = (answer: { FunctionError?: string; said?: unknown }) => {
  const asked: { FunctionName: string; Payload: string }[] = [];
  const client = {
    send: async (
      { input }: { input: (typeof asked)[number] },
      { abortSignal }: { abortSignal: AbortSignal },
    ) => {
      expect(abortSignal.aborted).toBe(false);
      asked.push(input);
      const { FunctionError, said } = answer;
      const text = said === undefined ? '' : JSON.stringify(said);
      return { FunctionError, Payload: { transformToString: () => text } };
    },
  } as unknown as LambdaClient;
  const server = metabaseFunction(
    {
      metabaseUrl: 'https://dashboards.example.org',
      metabaseFunction: 'tributary-dev-metabase',
    },
    client,
  );
  return { asked, ask: () => server.ask?.('crime'), server };
};

test('the function is asked for one pipeline, and does not wait', async () => {
  const { asked, ask, server } = stage({ said: { changes: [], writes: 0 } });
  await ask();
  expect(asked.map(({ FunctionName }) => FunctionName)).toEqual([
    'tributary-dev-metabase',
  ]);
  expect(asked.map(({ Payload }) => JSON.parse(Payload))).toEqual([
    { pipelines: ['crime'], waitMs: 0 },
  ]);
  expect(server).toMatchObject({
    url: 'https://dashboards.example.org',
    secret: 'metabase',
  });
});

test.each([
  [{ said: { away: 'it sleeps' } }, MetabaseAwayError, 'it sleeps'],
  [
    { FunctionError: 'Unhandled', said: { errorMessage: 'edited by hand' } },
    ...[MetabaseError, 'edited by hand'],
  ],
  [{ FunctionError: 'Unhandled' }, MetabaseError, 'Unhandled'],
] as [object, typeof MetabaseError, string][])(
  'an answer that it was not done: %j',
  async (answer, kind, said) => {
    const asking = stage(answer).ask();
    await expect(asking).rejects.toThrow(said);
    await expect(asking).rejects.toBeInstanceOf(kind);
  },
);

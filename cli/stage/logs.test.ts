import { logLine } from './logs.ts';

const at = Date.UTC(2024, 4, 1);
const line = (message: unknown) =>
  logLine('fetch', {
    timestamp: at,
    message: typeof message === 'string' ? message : JSON.stringify(message),
  });

test.each<[string, unknown, unknown]>([
  ['what Lambda says itself', 'START RequestId: 1', undefined],
  ['metrics', { _aws: {}, message: 'x' }, undefined],
  ['JSON without a message', { level: 'INFO' }, undefined],
  [
    'an error of a run',
    {
      level: 'ERROR',
      message: 'it failed',
      pipeline: 'loans',
      run: 'r1',
      error: { message: 'no file' },
    },
    {
      at: '2024-05-01T00:00:00.000Z',
      function: 'fetch',
      level: 'ERROR',
      pipeline: 'loans',
      run: 'r1',
      message: 'it failed: no file',
    },
  ],
])('%s', (_, message, expected) => {
  expect(line(message)).toEqual(expected);
});

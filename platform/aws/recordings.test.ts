import { recordingsPrefix } from './recordings.ts';

test.each([
  ['recordings/2024', 'recordings/2024/'],
  ['recordings/2024/', 'recordings/2024/'],
  ['recordings/a/b.c/date=2024-05-01', 'recordings/a/b.c/date=2024-05-01/'],
])('%s', (replay, prefix) => {
  expect(recordingsPrefix(replay)).toBe(prefix);
});

test.each([
  '',
  'recordings',
  'recordings/',
  'recordings//',
  'recordings/..',
  'recordings/../runs',
  'recordings/a/../../runs',
  'recordings/./a',
  'recordings/a//b',
  'recordings/a\\..\\b',
  'recordings/%2e%2e/runs',
  'recordings/a\nb',
  '/recordings/a',
  '../recordings/a',
  'runs/loans',
  'landing/loans',
  's3://another-bucket/recordings/a',
  'arn:aws:s3:::another-bucket/recordings/a',
  `recordings/${'a'.repeat(600)}`,
])('%j is refused', (replay) => {
  expect(() => recordingsPrefix(replay)).toThrow(/cannot be replayed on AWS/);
});

import { notifierContract } from '../contract/notifierContract.ts';
import { localNotifier } from './localNotifier.ts';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
});

notifierContract('lines of a log', async () => ({
  notifier: localNotifier((line) => lines.push(line)),
  arrived: async () => lines,
}));

test('one notification is one line', async () => {
  const notifier = localNotifier((line) => lines.push(line));
  await notifier.tell({ kind: 'failed', subject: 'a\nb', text: 't' });
  expect(lines).toEqual(['failed: a b']);
});

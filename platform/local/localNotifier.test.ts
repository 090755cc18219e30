import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notifierContract } from '../contract/notifierContract.ts';
import type { Notification } from '../ports.ts';
import { localNotifier } from './localNotifier.ts';

const NOW = new Date('2024-05-08T06:30:00Z');

let root: string;
let file: string;
let said: Notification[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tributary-'));
  file = join(root, 'notifications', 'told.ndjson');
  said = [];
});
afterEach(() => rm(root, { recursive: true }));

const open = () =>
  localNotifier({
    ...{ file, clock: { now: () => NOW } },
    say: (one) => void said.push(one),
  });
const lines = async () =>
  (await readFile(file, 'utf8')).split('\n').slice(0, -1);

notifierContract('lines of a file', async () => ({
  notifier: open(),
  arrived: lines,
}));

const of = (kind: Notification['kind']): Notification => ({
  ...{ kind, pipeline: 'shop', subject: 'a\nb' },
  text: 'first\nsecond "ä"',
});

test('each is a line of JSON with its time, whoever writes to the file', async () => {
  await Promise.all(
    Array.from({ length: 20 }, () => open().tell(of('failed'))),
  );
  const told = (await lines()).map((line) => JSON.parse(line));
  expect(told).toHaveLength(20);
  for (const one of told)
    expect(one).toEqual({ at: NOW.toISOString(), ...of('failed') });
});

test('that a run went well is noted, and not said', async () => {
  for (const kind of ['published', 'sla-exceeded'] as const)
    await open().tell(of(kind));
  expect(said).toEqual([of('sla-exceeded')]);
  expect(await lines()).toHaveLength(2);
});

test('where it cannot be noted it is said all the same, and is an error', async () => {
  await writeFile(join(root, 'notifications'), 'in the way');
  await expect(open().tell(of('failed'))).rejects.toThrow();
  expect(said).toEqual([of('failed')]);
});

import { once } from 'node:events';
import { rivalTasks } from './rivalTasks.ts';
import { openSubject } from './subject.ts';

/** A process of its own: opens the place, waits for the start, does a task. */
const [module = '', place = '', task = '', argument = ''] =
  process.argv.slice(2);
const opened = await openSubject({ module }, place);
// Whoever started it keeps its input open; a rival does not outlive that one,
// whatever it waits for.
process.stdin.on('end', () => process.exit());
const act = rivalTasks[task as keyof typeof rivalTasks] as (
  ports: typeof opened,
  given: unknown,
) => Promise<unknown>;

process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.resume();
const result = await act(opened, JSON.parse(argument));
process.stdout.write(`${JSON.stringify(result)}\n`);
// Its executions run until then.
await once(process.stdin, 'end');

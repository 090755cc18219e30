import { answerOf } from './answers.ts';
import { platformAt } from './stage.ts';

/**
 * A process that asks the published tables until its input ends: whenever
 * pointers have moved, and now and then. It prints a line for each answer, and
 * what is not one of the answers that it was given.
 */
const [lake = '', known = ''] = process.argv.slice(2);
const right = JSON.parse(known) as Readonly<Record<string, readonly string[]>>;
const { catalog } = platformAt(lake);
const NOW_AND_THEN_MS = 1000;
const seen = new Map<string, string>();
let isOver = false;
process.stdin.resume().on('end', () => {
  isOver = true;
});

/** Looks at the pointers, which takes no time, and asks where they moved. */
const look = async (pipeline: string, isTime: boolean): Promise<void> => {
  const state = await catalog.read(pipeline);
  const body = JSON.stringify(state);
  if (!isTime && seen.get(pipeline) === body) return;
  seen.set(pipeline, body);
  const answer = await answerOf(state, lake);
  process.stdout.write(
    right[pipeline]?.includes(answer)
      ? 'read\n'
      : `${JSON.stringify({ pipeline, answer })}\n`,
  );
};

/** Each pipeline on its own: no answer keeps another from being asked. */
const follow = async (pipeline: string): Promise<void> => {
  let asked = 0;
  while (!isOver) {
    const isTime = Date.now() - asked > NOW_AND_THEN_MS;
    if (isTime) asked = Date.now();
    await look(pipeline, isTime).catch((error: Error) =>
      process.stdout.write(
        `${JSON.stringify({ pipeline, error: error.message })}\n`,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

await Promise.all(Object.keys(right).map(follow));

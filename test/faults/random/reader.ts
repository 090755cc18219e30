import { localPlatform } from '../../../platform/local/localPlatform.ts';
import { PIPELINES } from '../../support/testLake.ts';
import { answerOf } from './answers.ts';

/**
 * A process that asks the published tables until its input ends: prints a line
 * for each answer, and what is not one of the answers that it was given.
 */
const [lake = '', known = ''] = process.argv.slice(2);
const right = JSON.parse(known) as Readonly<Record<string, readonly string[]>>;
const platform = localPlatform({ lake, pipelines: PIPELINES });
let isOver = false;
process.stdin.resume().on('end', () => {
  isOver = true;
});

while (!isOver)
  for (const [pipeline, answers] of Object.entries(right)) {
    if (isOver) break;
    const answer = await answerOf(platform, lake, pipeline).catch(
      (error: Error) => `error: ${error.message}`,
    );
    process.stdout.write(
      answers.includes(answer)
        ? 'read\n'
        : `${JSON.stringify({ pipeline, answer })}\n`,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

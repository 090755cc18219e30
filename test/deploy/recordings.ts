import { readFileSync } from 'node:fs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Ledger } from '../../functions/shared/ledger.ts';
import { jsonOf, newRuns, PERIOD, requireTold } from './commandLine.ts';
import { PIPELINE, RECORDED, require } from './judge.ts';
import { pointersOf } from './published.ts';
import { invoke, type Stack } from './stack.ts';

/** A run takes what lies below a prefix of the landing bucket, and no other. */
export const commandReplay = async (stack: Stack): Promise<string> => {
  const [header = '', ...lines] = readFileSync(RECORDED, 'utf8')
    .trimEnd()
    .split('\n');
  const few = lines.slice(0, 40);
  const folder = 'recordings/few';
  for (const [name, Body] of [
    ['loan.csv', [header, ...few, ''].join('\n')],
    ['recording.json', JSON.stringify({ date: PERIOD })],
  ] as const)
    await stack.s3.send(
      new PutObjectCommand({
        Bucket: stack.landingBucket,
        Key: `${folder}/${PIPELINE}/${name}`,
        Body,
      }),
    );
  const before = await pointersOf(stack, PIPELINE);
  const args = ['run', PIPELINE, '--replay', folder];
  const { runs } = await jsonOf<{ runs: Ledger[] }>(stack, args);
  const [landed] = runs[0]?.sources ?? [];
  require('its lines landed', landed?.landed === few.length, runs);
  require('it says of what', runs[0]?.replay === folder, runs[0]?.replay);
  require('the pointers moved', before !== (await pointersOf(stack, PIPELINE)));
  const started = await newRuns(stack, async () => {
    for (const place of [
      'recordings/../runs',
      's3://other/recordings/a',
      'runs',
    ])
      await requireTold(
        stack,
        ['run', PIPELINE, '--replay', place],
        {},
        /cannot be replayed on AWS/,
      );
    const run = {
      pipeline: PIPELINE,
      options: { replay: 'recordings/../runs' },
    };
    const told = await invoke(stack, 'run', run).catch((error: Error) => error);
    require('the function refuses it', told instanceof Error &&
      /cannot be replayed/.test(told.message), String(told));
  });
  require('nothing was started', started.length === 0, started);
  await jsonOf(stack, ['rollback', PIPELINE]);
  return `${landed?.landed} of ${lines.length} lines`;
};

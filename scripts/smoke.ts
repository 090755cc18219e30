import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

// Runs the commands of docs/aws-checklist.md on a deployed stage:
//   npm run smoke -- --stage dev [--only WORDS] [--list]

const CHECKLIST = new URL('../docs/aws-checklist.md', import.meta.url);

interface Proof {
  readonly title: string;
  readonly commands: string;
}

/** The chapters of the checklist that have commands; the first sets all up. */
const read = (): Proof[] =>
  readFileSync(CHECKLIST, 'utf8')
    .split(/^## /m)
    .slice(1)
    .flatMap((chapter) => {
      const [title = ''] = chapter.split('\n');
      const [, commands] = /^```sh\n([\s\S]*?)^```$/m.exec(chapter) ?? [];
      return commands === undefined ? [] : [{ title, commands }];
    });

const { values } = parseArgs({
  options: {
    stage: { type: 'string' },
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
  },
});
const [setUp, ...all] = read();
const proofs = all.filter(({ title }) => title.includes(values.only));
if (values.list) {
  for (const { title } of proofs) console.log(title);
  process.exit(0);
}
const { stage: STAGE } = values;
if (!STAGE || !setUp) {
  console.error('say which stage: npm run smoke -- --stage dev');
  process.exit(2);
}

let failed = 0;
for (const { title, commands } of proofs) {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-euo', 'pipefail', '-c', `${setUp.commands}\n${commands}`],
    { encoding: 'utf8', env: { ...process.env, STAGE, AWS_PAGER: '' } },
  );
  if (status !== 0) failed += 1;
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${title}`);
  if (status !== 0) console.log(`${stdout}${stderr}`.trim());
}
console.log(`\n${proofs.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && proofs.length > 0 ? 0 : 1;

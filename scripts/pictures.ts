// Writes all pictures of the documents. A test says when they are stale.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderDashboard } from '../cli/commands/render.ts';
import { DEFAULT_PIPELINES, ROOT } from '../cli/context.ts';
import { allPictures } from '../cli/pictures/pictures.ts';
import { localDefinitions } from '../platform/local/localDefinitions.ts';
import { consolePicture } from './consolePicture.ts';

const folder = join(ROOT, 'docs', 'pictures');
await mkdir(folder, { recursive: true });
const pictures = await allPictures(localDefinitions(DEFAULT_PIPELINES));
for (const [name, text] of Object.entries(pictures))
  await writeFile(join(folder, name), text);

const scratch = await mkdtemp(join(tmpdir(), 'tributary-pictures-'));
// The console shows the end of this path.
const lake = join(scratch, 'tributary', '.tributary');
const command = join(ROOT, 'cli', 'tributary.js');
execFileSync(process.execPath, [command, 'run', '--lake', lake], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const dashboards = join(folder, 'dashboards');
await mkdir(dashboards, { recursive: true });
const names = await localDefinitions(DEFAULT_PIPELINES).names();
for (const name of names)
  await writeFile(
    join(dashboards, `${name}.svg`),
    await renderDashboard(name, {
      lake,
      pipelines: DEFAULT_PIPELINES,
      out: dashboards,
    }),
  );
const isTaken = await consolePicture(
  lake,
  DEFAULT_PIPELINES,
  join(folder, 'console.png'),
);
await rm(scratch, { recursive: true });
const count = Object.keys(pictures).length + names.length;
console.log(`${count} pictures in docs/pictures/`);
console.log(
  isTaken
    ? 'console.png, by Chromium'
    : 'console.png is as it was: there is no Chromium',
);

// Writes all pictures of the documents. A test says when they are stale.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_PIPELINES, ROOT } from '../cli/context.ts';
import { allPictures } from '../cli/pictures/pictures.ts';
import { localDefinitions } from '../platform/local/localDefinitions.ts';

const folder = join(ROOT, 'docs', 'pictures');
await mkdir(folder, { recursive: true });
const pictures = await allPictures(localDefinitions(DEFAULT_PIPELINES));
for (const [name, text] of Object.entries(pictures))
  await writeFile(join(folder, name), text);
console.log(`${Object.keys(pictures).length} pictures in docs/pictures/`);

/**
 * Runs the embedded engine on what the Spark job is asked, so that both can be
 * compared: `embedded.ts FOLDER…` reads `plan.json` and `request.json` there, and
 * writes `embedded/` with the tables, the rejects and `result.json`.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TributaryError } from '../../core/errors.ts';
import type { EngineInput } from '../../engine/input.ts';
import { runEngine } from '../../engine/runEngine.ts';

const run = async (folder: string): Promise<object> => {
  const read = async (name: string) =>
    JSON.parse(await readFile(join(folder, name), 'utf8'));
  const request = (await read('request.json')) as Omit<EngineInput, 'plan'>;
  const workDir = join(folder, 'embedded');
  await rm(workDir, { recursive: true, force: true });
  const limits = { spillDir: join(folder, 'spill') };
  try {
    const plan = await read('plan.json');
    return await runEngine({ ...request, plan, workDir, limits });
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    const { name, reason, place } = error;
    return { error: { name, reason, place } };
  }
};

for (const name of process.argv.slice(2)) {
  const folder = resolve(name);
  const result = await run(folder);
  await writeFile(
    join(folder, 'embedded', 'result.json'),
    JSON.stringify(result),
  );
}

import { CheckError } from '../../core/errors.ts';
import type { CheckResult, EngineOutput } from '../../engine/output.ts';
import type { MadeFiles, Platform } from '../../platform/ports.ts';
import type { LandedEvent } from './events.ts';
import { keys } from './keys.ts';
import { stepSince, updateLedger } from './ledger.ts';
import type { RunOutput } from './runOutput.ts';

const refuseFailed = (pipeline: string, checks: readonly CheckResult[]) => {
  const failed = checks.filter(
    ({ passed, severity }) => !passed && severity === 'fail',
  );
  if (failed.length === 0) return;
  const lines = failed.map(
    ({ check, relation, badRows, detail }) =>
      `${relation}: check "${check}" found ${badRows} bad ` +
      `${badRows === 1 ? 'row' : 'rows'}${detail ? ` (${detail})` : ''}`,
  );
  throw new CheckError(`nothing was published: ${lines.join('; ')}`, {
    pipeline,
    ...(failed[0] && { table: failed[0].relation }),
  });
};

/** Ends the name of a source's file of rejected records. */
const REJECTS = '.rejects.ndjson';

/** Rejects go to quarantine, whatever becomes of the run. */
export const uploadRejects = async (
  { pipeline, run, date }: Pick<LandedEvent, 'pipeline' | 'run' | 'date'>,
  made: MadeFiles,
): Promise<void> => {
  const written = await made.list();
  for (const file of written.filter((name) => name.endsWith(REJECTS)))
    await made.move(
      file,
      keys.quarantine(pipeline, file.slice(0, -REJECTS.length), date, run),
    );
};

/** Moves what the engine wrote from the scratch folder into the lake. */
const upload = async (
  event: LandedEvent,
  output: EngineOutput,
  made: MadeFiles,
): Promise<RunOutput['tables']> => {
  const { pipeline, run } = event;
  return Promise.all(
    output.tables.map(async ({ files, ...table }) => {
      const base = `tables/${table.table}/`;
      const root = keys.table(pipeline, table.table, run);
      const folders = Object.entries(table.values).map(
        ([c, v]) => `${c}=${v}/`,
      );
      const location = `${root}${folders.join('')}`;
      const names = files.map((file) => file.slice(file.lastIndexOf('/') + 1));
      for (const file of files)
        await made.move(file, `${root}${file.slice(base.length)}`);
      return { ...table, location, files: names };
    }),
  );
};

/** What an engine has made of a run, and from what. */
export interface Made {
  readonly output: EngineOutput;
  /** Has the files which the output names. */
  readonly files: MadeFiles;
  readonly bases: RunOutput['bases'];
  readonly startedAt: Date;
}

/**
 * What is the same after either engine: the ledger, the failed checks, and the
 * new files into the lake, where nobody sees them yet.
 * @throws CheckError where a check of severity `fail` found bad rows.
 */
export const keepOutput = async (
  platform: Platform,
  event: LandedEvent,
  { output, files, bases, startedAt }: Made,
): Promise<{ readonly output: string }> => {
  const { pipeline, run } = event;
  await updateLedger(platform, event, () => ({
    sources: output.sources,
    checks: output.checks,
    tables: output.tables.map(({ files, ...table }) => ({
      ...table,
      files: files.length,
    })),
  }));
  refuseFailed(pipeline, output.checks);
  const result: RunOutput = {
    tables: await upload(event, output, files),
    bases,
    watermarks: Object.fromEntries(
      output.sources.flatMap(({ source, watermark }) =>
        watermark === undefined ? [] : [[source, watermark]],
      ),
    ),
  };
  const key = keys.output(pipeline, run);
  await platform.store.write(key, JSON.stringify(result));
  await updateLedger(platform, event, ({ steps }) => ({
    steps: [...steps, stepSince(platform, 'transform', startedAt)],
  }));
  return { output: key };
};

import { DefinitionError } from '../../core/errors.ts';
import type { Reject } from '../../engine/decode/decoded.ts';
import {
  countRejects,
  listRejects,
  type RejectsFile,
  type RejectsFilter,
  readRejects,
} from '../../functions/quarantine/readRejects.ts';
import { readLedger } from '../../functions/shared/ledger.ts';
import { outcomeNow } from '../../functions/shared/outcomeNow.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { onOneLine } from '../output/onOneLine.ts';
import { alignTable } from '../output/table.ts';

export interface QuarantineOptions
  extends CommonOptions,
    Omit<RejectsFilter, 'pipeline'> {
  readonly limit: number;
}

const periodOf = async (platform: Platform, file: RejectsFile) => {
  const ledger = await readLedger(platform, file.pipeline, file.run);
  return {
    period: ledger?.period ?? file.date,
    outcome: ledger ? await outcomeNow(platform, ledger) : 'unknown',
  };
};

const filterOf = (
  pipeline: string | undefined,
  { source, run }: QuarantineOptions,
): RejectsFilter => ({
  ...(pipeline !== undefined && { pipeline }),
  ...(source !== undefined && { source }),
  ...(run !== undefined && { run }),
});

/** A pipeline that is misspelt has no rejects, which would please too much. */
const requirePipeline = (platform: Platform, pipeline: string | undefined) =>
  pipeline === undefined
    ? undefined
    : platform.definitions.plan(pipeline).catch((error: unknown) => {
        // A definition that is broken has rejects all the same.
        if (!(error instanceof DefinitionError)) throw error;
      });

/** Lists what was rejected: by run and source, each kind of reason a line. */
export const quarantineListCommand = async (
  pipeline: string | undefined,
  options: QuarantineOptions,
): Promise<number> => {
  const platform = platformOf(options);
  await requirePipeline(platform, pipeline);
  const files = await listRejects(platform, filterOf(pipeline, options));
  const found = await Promise.all(
    files.slice(0, options.limit).map(async (file) => ({
      ...file,
      ...(await periodOf(platform, file)),
      reasons: await countRejects(platform, file),
    })),
  );
  if (options.json) console.log(JSON.stringify(found, null, 1));
  else if (found.length === 0) console.log('Nothing is in quarantine.');
  else
    console.log(
      alignTable(
        ['pipeline', 'source', 'period', 'run', 'outcome', 'records', 'reason'],
        found.flatMap(({ reasons, ...file }) =>
          reasons.map(({ reason, records }) => [
            file.pipeline,
            file.source,
            file.period,
            file.run,
            file.outcome,
            records,
            onOneLine(reason),
          ]),
        ),
      ),
    );
  return EXIT.ok;
};

const shownReject = ({ path, line, column, reason, raw }: Reject) =>
  `${path}:${line}: ${reason}${column && !reason.startsWith(column) ? ` (${column})` : ''}\n` +
  raw
    .split('\n')
    .map((text) => `    ${onOneLine(text)}`)
    .join('\n');

/** The first so many of some files' records, and how many there are. */
const firstOf = async (
  platform: Platform,
  files: readonly RejectsFile[],
  limit: number,
) => {
  const shown: (Reject & { readonly source: string })[] = [];
  let records = 0;
  for (const file of files)
    for await (const reject of readRejects(platform, file))
      if (records++ < limit) shown.push({ source: file.source, ...reject });
  return { shown, records };
};

/** Shows rejected records of one run: raw text, place and reason. */
export const quarantineShowCommand = async (
  pipeline: string,
  options: QuarantineOptions,
): Promise<number> => {
  const platform = platformOf(options);
  await requirePipeline(platform, pipeline);
  const all = await listRejects(platform, filterOf(pipeline, options));
  // Without a run, those of the last one that rejected something.
  const files = all.filter(({ run }) => run === all[0]?.run);
  const { shown, records } = await firstOf(platform, files, options.limit);
  const run = files[0]?.run ?? null;
  if (options.json)
    console.log(JSON.stringify({ run, records, rejects: shown }, null, 1));
  else if (run === null) console.log('Nothing is in quarantine.');
  else {
    console.log(shown.map(shownReject).join('\n'));
    console.log(`(${shown.length} of ${records} records of run ${run})`);
  }
  return EXIT.ok;
};

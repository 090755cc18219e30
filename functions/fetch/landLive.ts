import { isReadByJob } from '../../core/databaseFaults.ts';
import { SourceError } from '../../core/errors.ts';
import { isHttp } from '../../core/http.ts';
import type { SourceKind } from '../../core/source.ts';
import { landFiles } from './files/landFiles.ts';
import type { Lander } from './lander.ts';

// Loaded when first used: a replay needs neither of their clients.
const landMysql: Lander = async (context) =>
  isReadByJob(context.source)
    ? (await import('./mysql/noteMysql.ts')).noteMysql(context)
    : (await import('./mysql/landMysql.ts')).landMysql(context);
const landHttp: Lander = async (context) =>
  (await import('./http/landHttp.ts')).landHttp(context);

/** By the kind of source: who fetches it where no HTTP address is declared. */
const LANDERS: Partial<Record<SourceKind, Lander>> = {
  csv: landFiles,
  json: landFiles,
  parquet: landFiles,
  files: landFiles,
  values: landFiles,
  mysql: landMysql,
};

/** Lands a source from where its data really live. */
export const landLive: Lander = async (context) => {
  const source = { ...context.source, ...context.source.live };
  const lander = isHttp(source.from) ? landHttp : LANDERS[source.kind];
  if (!lander || (lander !== landFiles && !source.from))
    throw new SourceError(
      `the definition does not say where the live ${source.kind} input is: ` +
        'replay a recording, or declare its address',
      { source: source.name },
    );
  return lander({ ...context, source });
};

import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../core/errors.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import { lineageReceiver } from '../platform/openlineage/receivers.ts';
import type { MetabaseServer, Platform } from '../platform/ports.ts';

/** Options that every command takes. */
export interface CommonOptions {
  readonly lake: string;
  readonly pipelines: string;
  readonly memory?: string;
  readonly json?: boolean;
  /** A file or an address for OpenLineage events. */
  readonly openlineage?: string;
  /** Servers that stand in for origins. */
  readonly origin?: Readonly<Record<string, string>>;
  /** The folder of secrets. */
  readonly secrets?: string;
  /** The folder that files are dropped into. */
  readonly drop?: string;
  /** A deployed stack, in place of this machine. */
  readonly stage?: string;
}

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const DEFAULT_LAKE = '.tributary';
export const DEFAULT_PIPELINES = join(ROOT, 'pipelines');

/**
 * The server whose dashboards are applied after each publish.
 * @throws UsageError for what is no address.
 */
const metabaseOf = ({
  TRIBUTARY_METABASE_URL: url,
  TRIBUTARY_METABASE_SECRET: secret,
}: NodeJS.ProcessEnv): MetabaseServer | undefined => {
  if (!url) return undefined;
  if (!/^https?:\/\/[^/]/.test(url))
    throw new UsageError(
      `TRIBUTARY_METABASE_URL "${url}" is no http(s) address`,
    );
  return { url, secret: secret || 'metabase' };
};

export const platformOf = (options: CommonOptions): Platform =>
  localPlatform({
    lake: resolve(options.lake),
    pipelines: resolve(options.pipelines),
    memory: options.memory,
    secrets: options.secrets,
    drop: options.drop,
    ...(options.origin && { http: { origins: options.origin } }),
    metabase: metabaseOf(process.env),
    lineage: lineageReceiver(options.openlineage, process.env),
  });

/** What a command's end means to a script. */
export const EXIT = {
  ok: 0,
  /** A run failed; what was published stays. */
  failed: 1,
  /** The command, an option or a definition is wrong: nothing was done. */
  usage: 2,
  /** Another execution works on the same pipeline and period. */
  locked: 3,
  /** Stopped by SIGINT or SIGTERM, with some left to do. */
  stopped: 130,
} as const;

const BY_NAME: Readonly<Record<string, number>> = {
  UsageError: EXIT.usage,
  DefinitionError: EXIT.usage,
  LockedError: EXIT.locked,
};

export const exitCodeOf = (errorName: string): number =>
  BY_NAME[errorName] ?? EXIT.failed;

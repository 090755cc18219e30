import pRetry, { AbortError } from 'p-retry';
import { SourceError, TributaryError, within } from '../../../core/errors.ts';
import { codeOf } from './connect.ts';

/** What can be tried again: the server is away, or was while it answered. */
const AWAY =
  /^(PROTOCOL_CONNECTION_LOST|PROTOCOL_SEQUENCE_TIMEOUT|ECONN\w+|EPIPE|ETIMEDOUT|ER_SERVER_SHUTDOWN|ER_CON_COUNT_ERROR|ER_TOO_MANY_USER_CONNECTIONS|ER_USER_LIMIT_REACHED|ER_LOCK_DEADLOCK|ER_QUERY_INTERRUPTED|EAI_AGAIN|ER_CONNECTION_KILLED)$/;

const isAway = (error: unknown) =>
  AWAY.test(codeOf(error)) ||
  /Connection lost|closed state/i.test(String((error as Error)?.message));

/** How often a server that is away is asked again. */
export interface Patience {
  readonly tries: number;
  readonly backoffMs: number;
}

/**
 * Asks a server, again where it is away.
 * @throws SourceError that names the source and the table.
 */
export const whileAway = async <T>(
  { tries, backoffMs }: Patience,
  { source, table }: { readonly source: string; readonly table: string },
  act: () => Promise<T>,
): Promise<T> => {
  try {
    return await pRetry(
      () =>
        act().catch((cause: unknown) => {
          const { message } = cause as Error;
          if (isAway(cause))
            throw Object.assign(new Error(message), { code: codeOf(cause) });
          throw new AbortError(cause as Error);
        }),
      { retries: tries - 1, minTimeout: backoffMs, randomize: true },
    );
  } catch (error) {
    if (error instanceof TributaryError) throw within(error, { source });
    throw new SourceError(
      `${table} could not be read: ${codeOf(error)} ` +
        `${(error as Error).message}`,
      { source },
      { cause: error },
    );
  }
};

import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TributaryError, UsageError } from '../../core/errors.ts';
import type { LineageReceiver } from '../ports.ts';

/** A receiver that does not answer holds up a run this long at most. */
const TIMEOUT_MS = 5000;
const ENDPOINT = 'api/v1/lineage';

/** Events as JSON lines at the end of a file. */
const fileReceiver = (file: string, namespace: string): LineageReceiver => ({
  namespace,
  emit: async (event) => {
    await mkdir(dirname(file), { recursive: true });
    // One write each, so that runs side by side do not mix their lines.
    await appendFile(file, `${JSON.stringify(event)}\n`);
  },
});

const httpReceiver = (
  address: URL,
  namespace: string,
  apiKey: string | undefined,
): LineageReceiver => ({
  namespace,
  emit: async (event) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: Error) => {
      const { message } = (cause.cause ?? cause) as Error;
      throw new TributaryError(`${address.origin}: ${message}`, {}, { cause });
    });
    await response.body?.cancel();
    if (!response.ok)
      throw new TributaryError(`${address.origin} answered ${response.status}`);
  },
});

/** The variables that OpenLineage's own clients read as well. */
export interface OpenLineageEnvironment {
  readonly OPENLINEAGE_URL?: string | undefined;
  readonly OPENLINEAGE_ENDPOINT?: string | undefined;
  readonly OPENLINEAGE_API_KEY?: string | undefined;
  readonly OPENLINEAGE_NAMESPACE?: string | undefined;
  readonly OPENLINEAGE_DISABLED?: string | undefined;
}

/**
 * Who is told of runs: a file, or an address (without a path, the API's own is
 * added).
 * @param target default: the address of the environment; none without.
 * @throws UsageError for what is neither.
 */
export const lineageReceiver = (
  target: string | undefined,
  environment: OpenLineageEnvironment,
): LineageReceiver | undefined => {
  const to = target ?? environment.OPENLINEAGE_URL;
  const isOff = environment.OPENLINEAGE_DISABLED?.toLowerCase() === 'true';
  if (!to || (isOff && target === undefined)) return undefined;
  const namespace = environment.OPENLINEAGE_NAMESPACE || 'tributary';
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(to))
    return fileReceiver(resolve(to), namespace);
  if (!/^https?:/i.test(to) || !URL.canParse(to))
    throw new UsageError(`"${to}" is no http address and no file`);
  const address = new URL(to);
  if (address.pathname === '/')
    address.pathname = environment.OPENLINEAGE_ENDPOINT || ENDPOINT;
  return httpReceiver(address, namespace, environment.OPENLINEAGE_API_KEY);
};

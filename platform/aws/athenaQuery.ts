import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { StageError } from '../../core/errors.ts';
import type { AwsSettings } from './settings.ts';

/** What Athena answered. */
export interface AthenaAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Booleans and doubles as such, all else as text; NULL as `null`. */
  readonly rows: readonly (readonly unknown[])[];
  /** What is paid for. */
  readonly scannedBytes: number;
}

export interface AthenaOptions {
  readonly client: AthenaClient;
  readonly settings: Pick<AwsSettings, 'workgroup'>;
  /** How often it is asked whether the answer is there. */
  readonly everyMs?: number;
  readonly longestMs?: number;
}

const EVERY_MS = 300;
const LONGEST_MS = 5 * 60_000;
const OPEN: readonly (string | undefined)[] = ['QUEUED', 'RUNNING'];

const typeOf = ({ Type = '', Precision, Scale }: ColumnInfo): string =>
  /^decimal$/i.test(Type)
    ? `DECIMAL(${Precision},${Scale})`
    : Type.toUpperCase();

const cellOf = (text: string | undefined, type: string): unknown => {
  if (text === undefined) return null;
  if (type === 'BOOLEAN') return text === 'true';
  return /^(DOUBLE|FLOAT|REAL)$/.test(type) && Number.isFinite(Number(text))
    ? Number(text)
    : text;
};

/**
 * Asks Athena within the stage's workgroup, which bounds what a query may scan.
 * @throws StageError with Athena's words where it fails, is beyond the bound, or
 *   takes longer than it may.
 */
export const athenaQuery =
  ({
    client,
    settings,
    everyMs = EVERY_MS,
    longestMs = LONGEST_MS,
  }: AthenaOptions) =>
  async (sql: string): Promise<AthenaAnswer> => {
    const { QueryExecutionId } = await client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: settings.workgroup,
      }),
    );
    const until = Date.now() + longestMs;
    const ask = async () => {
      const { QueryExecution } = await client.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
      );
      return QueryExecution;
    };
    let now = await ask();
    while (OPEN.includes(now?.Status?.State)) {
      if (Date.now() > until) {
        await client.send(new StopQueryExecutionCommand({ QueryExecutionId }));
        throw new StageError(
          `Athena has not answered within ${longestMs / 1000} s: stopped`,
        );
      }
      await sleep(everyMs);
      now = await ask();
    }
    const { State, StateChangeReason } = now?.Status ?? {};
    if (State !== 'SUCCEEDED')
      throw new StageError(
        `Athena: ${StateChangeReason ?? State}` +
          (/bytes scanned/i.test(StateChangeReason ?? '')
            ? `: the workgroup ${settings.workgroup} bounds it`
            : ''),
      );
    const rows: unknown[][] = [];
    let columns: AthenaAnswer['columns'] | undefined;
    for await (const { ResultSet } of paginateGetQueryResults(
      { client },
      { QueryExecutionId },
    )) {
      const isFirst = columns === undefined;
      columns ??= (ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(
        (info) => ({ name: info.Name ?? '', type: typeOf(info) }),
      );
      const types = columns.map(({ type }) => type);
      // The first row of a SELECT's first page has the names of its columns.
      for (const { Data = [] } of (ResultSet?.Rows ?? []).slice(
        isFirst ? 1 : 0,
      ))
        rows.push(types.map((type, i) => cellOf(Data[i]?.VarCharValue, type)));
    }
    const { DataScannedInBytes = 0 } = now?.Statistics ?? {};
    return { columns: columns ?? [], rows, scannedBytes: DataScannedInBytes };
  };

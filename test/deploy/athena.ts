import { randomUUID } from 'node:crypto';
import type { Gateway } from './gateway.ts';
import { askPointed, type Lake } from './published.ts';

/** A lake, and where calls to Athena come by. */
type World = Lake & { readonly cloud: { readonly gateway: Gateway } };

/** A query as it was asked, and how it ended. */
export interface Asked {
  readonly sql: string;
  readonly workgroup: string;
  readonly error?: string;
}

interface Answer extends Asked {
  readonly columns: readonly { readonly Name: string; readonly Type: string }[];
  /** With the names of the columns first, as Athena has it. */
  readonly lines: readonly (readonly (string | null)[])[];
}

interface Request {
  readonly QueryString?: string;
  readonly WorkGroup?: string;
  readonly QueryExecutionId?: string;
  readonly NextToken?: string;
}

/** So few, that answers have several pages. */
const PAGE_LINES = 4;

const TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'varchar',
  BIGINT: 'bigint',
  INTEGER: 'integer',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
};

const typeOf = (type: string) =>
  TYPES[type] ?? (type.startsWith('DECIMAL') ? 'decimal' : type.toLowerCase());

const execute = async (
  stack: Lake,
  { QueryString: sql = '', WorkGroup: workgroup = '' }: Request,
): Promise<Answer> => {
  const asked = { sql, workgroup };
  const prefix = new RegExp(`\\b${stack.databasePrefix}(\\w+)"?\\.`, 'g');
  const pipelines = [...sql.matchAll(prefix)].map(([, name = '']) => name);
  try {
    const answer = await askPointed(stack, [...new Set(pipelines)], sql);
    const names = answer.columnNames();
    const types = answer.columnTypes().map(String);
    const columns = names.map((Name, at) => ({
      Name,
      Type: typeOf(types[at] ?? ''),
    }));
    const rows = answer
      .getRowsJson()
      .map((row) => row.map((cell) => (cell === null ? null : String(cell))));
    return { ...asked, columns, lines: [names, ...rows] };
  } catch (error) {
    const { message } = error as Error;
    return { ...asked, error: message, columns: [], lines: [] };
  }
};

const pageOf = ({ columns, lines }: Answer, { NextToken }: Request) => {
  const from = Number(NextToken ?? 0);
  const to = from + PAGE_LINES;
  return {
    ResultSet: {
      ResultSetMetadata: { ColumnInfo: columns },
      Rows: lines.slice(from, to).map((line) => ({
        Data: line.map((VarCharValue) =>
          VarCharValue === null ? {} : { VarCharValue },
        ),
      })),
    },
    ...(to < lines.length && { NextToken: String(to) }),
  };
};

/**
 * Stands in for Athena from now on, whose emulator reads every file below a
 * table, or nothing. It finds rows by the pointers of the deployed catalog. It
 * speaks DuckDB's SQL; `npm run test:athena` asks Trino.
 * @returns what was asked, as it comes.
 */
export const answerAsAthena = (stack: World): readonly Asked[] => {
  const asked: Asked[] = [];
  const answers = new Map<string, Promise<Answer>>();
  stack.cloud.gateway.watch(async ({ name, body }) => {
    if (!name.startsWith('AmazonAthena.')) return undefined;
    const request = JSON.parse(body.toString()) as Request;
    if (name.endsWith('.StartQueryExecution')) {
      const QueryExecutionId = randomUUID();
      const answer = execute(stack, request);
      answers.set(QueryExecutionId, answer);
      asked.push(await answer);
      return { QueryExecutionId };
    }
    const answer = await answers.get(request.QueryExecutionId ?? '');
    if (!answer) return undefined;
    if (name.endsWith('.GetQueryResults')) return pageOf(answer, request);
    if (!name.endsWith('.GetQueryExecution')) return undefined;
    const { error } = answer;
    return {
      QueryExecution: {
        Status: error
          ? { State: 'FAILED', StateChangeReason: error }
          : { State: 'SUCCEEDED' },
        Statistics: { DataScannedInBytes: 1 },
      },
    };
  });
  return asked;
};

import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import pLimit from 'p-limit';
import { namesOf } from '../../resources/settings.ts';
import { explainAws } from './errors.ts';

export interface LogsRequest {
  readonly stage: string;
  /** The names of the functions, as in `functions/`. */
  readonly functions: readonly string[];
  readonly since: Date;
  readonly pipeline?: string | undefined;
  readonly run?: string | undefined;
  /** Warnings and errors alone. */
  readonly errors?: boolean | undefined;
}

/** A line that a function has logged. */
export interface LogLine {
  readonly at: string;
  readonly function: string;
  readonly level: string;
  readonly pipeline?: string;
  readonly run?: string;
  readonly message: string;
}

const AT_ONCE = 4;
const LOUD = ['WARN', 'ERROR', 'CRITICAL'];

const jsonOf = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

/** Lines of the logger are JSON; Lambda's own START and REPORT are left out. */
export const logLine = (
  name: string,
  { timestamp = 0, message = '' }: FilteredLogEvent,
): LogLine | undefined => {
  const found = jsonOf(message);
  if (!found || typeof found.message !== 'string' || '_aws' in found)
    return undefined;
  const { level = 'INFO', pipeline, run, error } = found;
  const why = (error as { message?: string } | undefined)?.message;
  return {
    at: new Date(timestamp).toISOString(),
    function: name,
    level: String(level),
    ...(typeof pipeline === 'string' && { pipeline }),
    ...(typeof run === 'string' && { run }),
    message: why === undefined ? found.message : `${found.message}: ${why}`,
  };
};

const isWanted = (line: LogLine, { pipeline, run, errors }: LogsRequest) =>
  (pipeline === undefined || line.pipeline === pipeline) &&
  (run === undefined || (line.run ?? '').startsWith(run)) &&
  (!errors || LOUD.includes(line.level));

/** What the functions of a stage have logged, oldest first. */
export const readLogs = async (
  request: LogsRequest,
  client = new CloudWatchLogsClient({}),
): Promise<LogLine[]> => {
  const limit = pLimit(AT_ONCE);
  const names = namesOf(request.stage);
  const read = async (name: string): Promise<LogLine[]> => {
    const lines: LogLine[] = [];
    try {
      for await (const { events = [] } of paginateFilterLogEvents(
        { client },
        {
          logGroupName: `/aws/lambda/${names.functionName(name)}`,
          startTime: request.since.getTime(),
        },
      ))
        for (const event of events) {
          const line = logLine(name, event);
          if (line && isWanted(line, request)) lines.push(line);
        }
    } catch (error) {
      // A function that was never called may have no log yet.
      if ((error as Error).name !== 'ResourceNotFoundException')
        throw explainAws(error);
    }
    return lines;
  };
  const all = await Promise.all(
    request.functions.map((name) => limit(() => read(name))),
  );
  return all.flat().sort((a, b) => (a.at < b.at ? -1 : 1));
};

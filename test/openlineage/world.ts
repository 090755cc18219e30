import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { validate as isUuid } from 'uuid';
import { execute } from '../../cli/localMachine.ts';
import { readLedger } from '../../functions/shared/ledger.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import {
  lineageReceiver,
  type OpenLineageEnvironment,
} from '../../platform/openlineage/receivers.ts';
import { PIPELINES } from '../support/testLake.ts';

/** What JSON gives. */
export type Loose = ReturnType<typeof JSON.parse>;

const ajv = new Ajv({ allErrors: true });
ajv.addFormat('uuid', isUuid);
ajv.addFormat('uri', (text) => URL.canParse(text));
ajv.addFormat(
  'date-time',
  (text) =>
    /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text)),
);

export interface Event {
  readonly eventType: string;
  readonly run: {
    readonly runId: string;
    readonly facets: Record<string, Loose>;
  };
  readonly job: {
    readonly name: string;
    readonly facets: Record<string, Loose>;
  };
  readonly inputs: readonly {
    name: string;
    inputFacets?: Record<string, Loose>;
  }[];
  readonly outputs: readonly {
    name: string;
    facets: Record<string, Loose>;
    outputFacets?: Record<string, Loose>;
  }[];
}

export let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-openlineage-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let lakes = 0;
/** A lake of its own, whose runs are told of. */
export const world = (
  target?: string,
  environment: OpenLineageEnvironment = {},
) => {
  const lake = join(folder, `lake-${lakes++}`);
  const file = `${lake}.ndjson`;
  const lineage = lineageReceiver(target ?? file, environment);
  const platform = localPlatform({ lake, pipelines: PIPELINES, lineage });
  const events = async (): Promise<Event[]> => {
    const text = await readFile(file, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  const run = async (pipeline: string, replay?: string) => {
    const options = replay === undefined ? {} : { replay };
    const result = await execute(platform, { pipeline, date: null, options });
    return readLedger(platform, pipeline, result.run);
  };
  return { platform, events, run };
};

/** What the schema has against an event. */
export const isValid = async () => {
  const schema = await readFile(
    join(import.meta.dirname, 'schema.json'),
    'utf8',
  );
  const check = ajv.compile(JSON.parse(schema));
  return (event: unknown) => (check(event) ? [] : check.errors);
};

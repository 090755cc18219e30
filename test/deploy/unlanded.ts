import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { runOnce } from '../../cli/runOnce.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import { type Mariadb, startMariadb } from '../mysql/startMariadb.ts';
import { clientOf } from '../servers/ministack.ts';
import { FILL, ROWS } from '../spark/database/fill.ts';
import { PIPELINES } from '../support/testLake.ts';
import { ROOT } from '../support/tsc.ts';
import { require } from './judge.ts';
import { WORK } from './program.ts';
import { comparePublished } from './published.ts';
import type { Ended, Stack } from './stack.ts';

/** A pipeline whose table the job reads itself, from a server that is live. */
export const UNLANDED = 'orders';
export const DATE = '2024-05-02';
/** What is deployed: the shipped pipelines, and that one. */
export const DEFINITIONS = join(WORK, 'pipelines');

const DATABASE = join(ROOT, 'test', 'spark', 'database');
const SECRET = 'shop/mysql';
const LAKE = join(WORK, 'landed');

export const gatherDefinitions = (): void => {
  const folder = join(DEFINITIONS, UNLANDED);
  const definition = join(DATABASE, 'unlanded', UNLANDED);
  rmSync(DEFINITIONS, { recursive: true, force: true });
  cpSync(PIPELINES, DEFINITIONS, { recursive: true });
  // What the definitions import.
  rmSync(join(WORK, 'core'), { force: true });
  symlinkSync(join(ROOT, 'core'), join(WORK, 'core'));
  cpSync(join(definition, 'sql'), join(folder, 'sql'), { recursive: true });
  const from = JSON.stringify(join(definition, 'pipeline.ts'));
  writeFileSync(
    join(folder, 'pipeline.ts'),
    `export { default } from ${from};`,
  );
};

const startServer = async (): Promise<Mariadb> => {
  const server = await startMariadb();
  await server.sql(
    "CREATE USER reader IDENTIFIED BY 'not-to-be-seen'; GRANT SELECT ON crime.* TO reader;",
  );
  await server.sql(FILL, ['--default-character-set=utf8mb4', 'crime']);
  return server;
};

const writeSecrets = async ({ cloud }: Stack, port: number): Promise<void> => {
  const secret = JSON.stringify({
    ...{ host: '127.0.0.1', port, dbname: 'crime', tls: false },
    ...{ username: 'reader', password: 'not-to-be-seen' },
  });
  const file = join(WORK, 'secrets', `${SECRET}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, secret);
  const client = new SecretsManagerClient(clientOf(cloud.emulator));
  await client.send(
    new PutSecretValueCommand({
      SecretId: `tributary/dev/${SECRET}`,
      SecretString: secret,
    }),
  );
};

/** The same table on this machine, landed and decoded by DuckDB. */
const landLocally = async (): Promise<void> => {
  rmSync(LAKE, { recursive: true, force: true });
  const platform = localPlatform({
    lake: LAKE,
    pipelines: join(DATABASE, 'landed'),
    secrets: join(WORK, 'secrets'),
  });
  const { result } = await runOnce(platform, UNLANDED, DATE, {
    live: true,
    engine: 'duckdb',
  });
  if (result.error) throw new Error(result.error.message);
};

/**
 * The job reads a table of a real server, with the driver and the login that the
 * stack has for it. @param run runs the pipeline on the stack.
 */
export const proveUnlanded = async (
  stack: Stack,
  run: () => Promise<Ended>,
): Promise<string> => {
  const server = await startServer();
  try {
    await writeSecrets(stack, server.port);
    await landLocally();
    const { ledger } = await run();
    require('the job read it', ledger.sources[0]?.landed === ROWS, ledger);
    const [compared] = await comparePublished(stack, UNLANDED, LAKE);
    const { rows = 0, onlyFirst, onlySecond } = compared ?? {};
    require('its rows are those that land', rows > 0 &&
      onlyFirst?.length === 0 &&
      onlySecond?.length === 0, compared);
    return `${ROWS} rows read, ${rows} published`;
  } finally {
    await server.stop();
  }
};

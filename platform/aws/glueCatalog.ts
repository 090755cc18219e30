import type { GlueClient } from '@aws-sdk/client-glue';
import type { CatalogState } from '../../core/catalog.ts';
import { PublishError } from '../../core/errors.ts';
import { parseJson } from '../../core/parseJson.ts';
import type { Catalog } from '../ports.ts';
import { moveGlueTables } from './glueTables.ts';
import type { S3Objects } from './s3Objects.ts';
import type { AwsSettings } from './settings.ts';

const PREFIX = 'catalog/';
const keyOf = (database: string) => `${PREFIX}${database}.json`;

export interface GlueCatalogOptions {
  readonly objects: S3Objects;
  readonly client: GlueClient;
  /** Asked where Glue is: who only reads needs no prefix. */
  readonly settings: Pick<AwsSettings, 'databasePrefix'>;
  /** Where the tables' files are. */
  readonly bucket: string;
  readonly list: (prefix: string) => Promise<string[]>;
}

/**
 * The state of a pipeline is one object of S3, replaced only where it is still
 * the one that was read: that commits a publish, and all steps of Tributary
 * read it. The tables of Glue, for Athena and others, follow at once, each for
 * itself, since Glue offers nothing that moves two together. What a crash
 * leaves behind there, `settle` moves.
 */
export const glueCatalog = ({
  objects,
  client,
  settings,
  bucket,
  list,
}: GlueCatalogOptions): Catalog => {
  const stateOf = (database: string, body: string | undefined): CatalogState =>
    body === undefined
      ? { database, version: 0, run: '', tables: {}, watermarks: {} }
      : parseJson<CatalogState>(body, { file: keyOf(database) });

  const read = async (database: string) =>
    stateOf(database, (await objects.read(keyOf(database)))?.body);

  const move = (state: CatalogState) =>
    moveGlueTables(client, state, {
      bucket,
      database: `${settings.databasePrefix}${state.database}`,
      version: state.version,
    });

  const refuse = ({ database, version }: CatalogState, found: number) => {
    throw new PublishError(
      `the catalog of ${database} is at version ${found}, not ` +
        `${version}: another publish came between`,
    );
  };

  return {
    read,
    replace: async (before, after) => {
      const { database } = before;
      const text = await objects.read(keyOf(database));
      const { version } = stateOf(database, text?.body);
      if (version !== before.version) refuse(before, version);
      const next = { ...after, version: before.version + 1 };
      const body = JSON.stringify(next, null, 1);
      if (!(await objects.replace(keyOf(database), text, body))) {
        const now = await objects.read(keyOf(database));
        // It may be our own, where the answer to the first try was lost.
        if (now?.body !== body)
          refuse(before, stateOf(database, now?.body).version);
      }
      await move(next);
    },
    settle: async (database) => {
      const state = await read(database);
      if (state.version > 0) await move(state);
    },
    databases: async () =>
      (await list(PREFIX)).map((key) =>
        key.slice(PREFIX.length, -'.json'.length),
      ),
  };
};

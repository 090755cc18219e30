import {
  BatchCreatePartitionCommand,
  BatchUpdatePartitionCommand,
  CreateTableCommand,
  DeletePartitionCommand,
  DeleteTableCommand,
  type ErrorDetail,
  type GlueClient,
  type Partition,
  paginateGetPartitions,
  paginateGetTables,
  type Table,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import pLimit from 'p-limit';
import type { CatalogState, CatalogTable } from '../../core/catalog.ts';
import { PublishError } from '../../core/errors.ts';
import {
  type GlueMove,
  partitionInput,
  tableInput,
  VERSION,
} from './glueTable.ts';

/** Glue takes so many partitions in one call. */
const CREATED_AT_ONCE = 100;
/** As many calls side by side. */
const DELETED_AT_ONCE = 8;

const inParts = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size),
  );

const versionOf = ({ Parameters }: Table | Partition) =>
  Number(Parameters?.[VERSION] ?? 0);

/** What decides what a reader sees. */
const seen = ({
  StorageDescriptor,
  PartitionKeys,
}: Pick<Table, 'StorageDescriptor' | 'PartitionKeys'>) =>
  JSON.stringify([
    StorageDescriptor?.Location,
    (StorageDescriptor?.Columns ?? []).map(({ Name, Type }) => [Name, Type]),
    (PartitionKeys ?? []).map(({ Name, Type }) => [Name, Type]),
  ]);

const orFail = (
  what: string,
  errors: readonly { ErrorDetail?: ErrorDetail | undefined }[] = [],
) => {
  const [first] = errors;
  if (!first) return;
  const code = first.ErrorDetail?.ErrorCode ?? 'no code';
  throw new PublishError(`${what} cannot be moved: Glue answers ${code}`);
};

/** The partitions of a table, made like those of the state. */
const movePartitions = async (
  client: GlueClient,
  name: string,
  table: CatalogTable,
  move: GlueMove,
): Promise<void> => {
  const at = { DatabaseName: move.database, TableName: name };
  const there = new Map<string, Partition>();
  for await (const { Partitions = [] } of paginateGetPartitions({ client }, at))
    for (const one of Partitions) there.set(JSON.stringify(one.Values), one);
  const isOurs = (one: Partition | undefined) =>
    !one || versionOf(one) <= move.version;
  const wanted = table.partitions.map((one) =>
    partitionInput(table, one, move),
  );
  const keyOf = ({ Values }: { Values: string[] }) => JSON.stringify(Values);
  const missing = wanted.filter((input) => !there.has(keyOf(input)));
  const moved = wanted.filter((input) => {
    const now = there.get(keyOf(input));
    return now && isOurs(now) && seen(now) !== seen(input);
  });
  const kept = new Set(wanted.map(keyOf));
  const gone = [...there].filter(([key, one]) => !kept.has(key) && isOurs(one));

  for (const some of inParts(moved, CREATED_AT_ONCE)) {
    const Entries = some.map((PartitionInput) => ({
      PartitionValueList: PartitionInput.Values,
      PartitionInput,
    }));
    const update = new BatchUpdatePartitionCommand({ ...at, Entries });
    orFail(`partitions of ${name}`, (await client.send(update)).Errors);
  }
  for (const some of inParts(missing, CREATED_AT_ONCE)) {
    const PartitionInputList = some;
    const create = new BatchCreatePartitionCommand({
      ...at,
      PartitionInputList,
    });
    orFail(`partitions of ${name}`, (await client.send(create)).Errors);
  }
  // Few, but in a rollback of all of them.
  const limit = pLimit(DELETED_AT_ONCE);
  await Promise.all(
    gone.map(([, { Values: PartitionValues = [] }]) =>
      limit(() =>
        client.send(new DeletePartitionCommand({ ...at, PartitionValues })),
      ),
    ),
  );
};

const moveTable = async (
  client: GlueClient,
  name: string,
  table: CatalogTable,
  now: Table | undefined,
  move: GlueMove,
): Promise<void> => {
  if (now && versionOf(now) > move.version) return;
  const DatabaseName = move.database;
  const input = tableInput(name, table, move);
  if (!now)
    await client.send(
      new CreateTableCommand({ DatabaseName, TableInput: input }),
    );
  // Before the table is stamped: a crash in between is found by its stamp.
  if (table.partitionBy.length > 0)
    await movePartitions(client, name, table, move);
  if (!now || seen(now) === seen(input)) return;
  await client.send(
    new UpdateTableCommand({
      DatabaseName,
      TableInput: input,
      // Refused where somebody else has moved it since it was read.
      ...(now.VersionId !== undefined && { VersionId: now.VersionId }),
    }),
  );
};

/**
 * Makes the tables of a Glue database like a state. Each table, and each
 * partition, moves at once and for itself, and never back to an older version
 * of the state. Safe to repeat.
 */
export const moveGlueTables = async (
  client: GlueClient,
  state: CatalogState,
  move: GlueMove,
): Promise<void> => {
  const there = new Map<string, Table>();
  const DatabaseName = move.database;
  for await (const { TableList = [] } of paginateGetTables(
    { client },
    { DatabaseName },
  ))
    for (const table of TableList) there.set(table.Name ?? '', table);
  for (const [name, table] of Object.entries(state.tables))
    await moveTable(client, name, table, there.get(name), move);
  for (const [name, table] of there) {
    const isOurs =
      table.Parameters?.[VERSION] !== undefined &&
      versionOf(table) <= move.version;
    if (isOurs && !state.tables[name])
      await client.send(new DeleteTableCommand({ DatabaseName, Name: name }));
  }
};

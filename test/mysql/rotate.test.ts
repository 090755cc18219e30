import { connect } from '../../functions/fetch/mysql/connect.ts';
import { type RotateEvent, rotate } from '../../functions/rotate/handler.ts';
import type { SecretVersions } from '../../platform/ports.ts';
import { type Mariadb, mariadbd, startMariadb } from './startMariadb.ts';

type Value = Readonly<Record<string, unknown>>;

/** The versions of one secret, as Secrets Manager keeps them. */
const versionsOf = (first: Value) => {
  const values: Record<string, Value> = { v0: first };
  const stages: Record<string, string[]> = { v0: ['AWSCURRENT'] };
  const at = (stage: string) =>
    Object.keys(stages).find((id) => stages[id]?.includes(stage));
  const versions: SecretVersions = {
    stages: async () => stages,
    read: async (_, stage, version) => {
      const id = at(stage);
      return id === undefined || (version !== undefined && version !== id)
        ? undefined
        : values[id];
    },
    put: async (_, id, value) => {
      values[id] = value;
      stages[id] = ['AWSPENDING'];
    },
    promote: async (_, id) => {
      for (const one of Object.keys(stages))
        stages[one] = stages[one]?.includes('AWSCURRENT')
          ? ['AWSPREVIOUS']
          : [];
      stages[id] = ['AWSCURRENT'];
    },
  };
  /** Begins a rotation, as Secrets Manager does. */
  const begin = (id: string) => {
    stages[id] = [];
  };
  const current = () => values[at('AWSCURRENT') ?? ''] as Value;
  return { versions, begin, current, stages, values };
};

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

const suite = () => {
  let server: Mariadb;
  beforeAll(async () => {
    server = await startMariadb();
  });
  afterAll(() => server?.stop());

  let users = 0;
  /** A user of its own, and the secret that leads to it. */
  const prepare = async () => {
    const username = `reader${++users}`;
    const secret = {
      host: '127.0.0.1',
      port: server.port,
      dbname: 'crime',
      tls: false,
      username,
      password: 'the-first-one',
    };
    await server.sql(
      `CREATE USER ${username} IDENTIFIED BY 'the-first-one'; ` +
        `GRANT SELECT ON crime.* TO ${username};`,
    );
    const kept = versionsOf(secret);
    const act = rotate(kept.versions);
    const step = (Step: string, ClientRequestToken = 'v1') =>
      act({ Step, SecretId: 'crime/mysql', ClientRequestToken } as RotateEvent);
    return { ...kept, secret, step };
  };
  /** Whether the server takes what a secret says. */
  const opens = async (value: Value) => {
    const told = await connect({ read: async () => value }, 's').catch(
      (error: Error) => error,
    );
    if (!(told instanceof Error)) told.connection.destroy();
    return told instanceof Error ? told.name : 'opens';
  };

  test('the password changes; the one before is refused', async () => {
    const { begin, step, current, secret, stages } = await prepare();
    begin('v1');
    for (const name of STEPS) await step(name);
    expect(stages).toEqual({ v0: ['AWSPREVIOUS'], v1: ['AWSCURRENT'] });
    expect(current()).toEqual({ ...secret, password: expect.any(String) });
    expect(current().password).toMatch(/^[\w-]{32}$/);
    expect(await opens(current())).toBe('opens');
    expect(await opens(secret)).toBe('SourceError');
  });

  test('a source that has the old one reads the secret again', async () => {
    const { begin, step, current, secret } = await prepare();
    begin('v1');
    for (const name of STEPS) await step(name);
    const read = [secret, current()];
    const { connection } = await connect(
      { read: async () => read.shift() as Value },
      's',
    );
    connection.destroy();
    expect(read).toEqual([]);
  });

  test('who is connected stays so', async () => {
    const { begin, step, secret } = await prepare();
    const { connection } = await connect({ read: async () => secret }, 's');
    begin('v1');
    for (const name of STEPS) await step(name);
    const [rows] = await connection.promise().query('SELECT 1 AS n');
    expect(rows).toEqual([{ n: 1 }]);
    connection.destroy();
  });

  test.each(STEPS)('%s may be repeated', async (twice) => {
    const { begin, step, current } = await prepare();
    begin('v1');
    for (const name of STEPS) {
      await step(name);
      if (name === twice) await step(name);
    }
    expect(await opens(current())).toBe('opens');
  });

  test('a rotation that broke off is taken up by the next', async () => {
    const { begin, step, current, stages } = await prepare();
    begin('v1');
    for (const name of STEPS) await step(name);
    begin('v2');
    await step('createSecret', 'v2');
    await step('setSecret', 'v2');
    // The server has v2, the secret says v1: whoever rotates goes on with v2.
    expect(await opens(current())).toBe('SourceError');
    for (const name of STEPS) await step(name, 'v2');
    expect(stages.v2).toEqual(['AWSCURRENT']);
    expect(await opens(current())).toBe('opens');
  });

  test.each<[string, string, RegExp]>([
    ['no step', 'deleteSecret', /"deleteSecret" is no step/],
    ['nothing pending', 'setSecret', /no pending version/],
  ])('%s is refused', async (_, name, said) => {
    const { begin, step } = await prepare();
    begin('v1');
    await expect(step(name)).rejects.toThrow(said);
  });

  test('a server that refuses every version is told, no password', async () => {
    const { begin, step, values, secret } = await prepare();
    await server.sql(`DROP USER ${secret.username}`);
    begin('v1');
    await step('createSecret');
    const told = (await step('setSecret').catch((e) => e)) as Error;
    expect(told.message).toBe('the server refuses every version of the secret');
    expect(JSON.stringify(told)).not.toContain(values.v1?.password);
    await expect(step('testSecret')).rejects.toThrow(/refuses the pending/);
  });

  test('the pending version of another server is not obeyed', async () => {
    const { begin, step, values, secret } = await prepare();
    begin('v1');
    await step('createSecret');
    values.v1 = { ...values.v1, username: 'somebody' };
    await expect(step('setSecret')).rejects.toThrow(/another server/);
    expect(await opens(secret)).toBe('opens');
  });

  test('a version that nobody began is refused', async () => {
    const { step } = await prepare();
    await expect(step('createSecret', 'v9')).rejects.toThrow(/no such version/);
  });
};

if (mariadbd()) describe('a secret of MySQL is rotated', suite);
else test('there is no MariaDB', () => expect(process.env.CI).toBeUndefined());

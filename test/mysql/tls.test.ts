import { ask, connect } from '../../functions/fetch/mysql/connect.ts';
import { findProgram } from '../servers/findProgram.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type Mariadb, mariadbd, startMariadb } from './startMariadb.ts';

const suite = () => {
  let server: Mariadb;
  let own: Certificates;
  let other: string;

  beforeAll(async () => {
    server = await startMariadb(async (folder) => {
      other = (await makeCertificates(folder)).ca;
      own = await makeCertificates(folder);
      return own.options;
    });
    await server.sql("CREATE USER reader IDENTIFIED BY 'p' REQUIRE SSL");
    await server.sql('GRANT SELECT ON crime.* TO reader');
  });
  afterAll(() => server?.stop());

  const connectWith = (more: object) =>
    connect(
      {
        read: async () => ({
          ...{ host: 'localhost', port: server.port, dbname: 'crime' },
          ...{ username: 'reader', password: 'p' },
          ...more,
        }),
      },
      'shop/mysql',
    );

  test('an authority that the secret has is known', async () => {
    const { connection } = await connectWith({ ca: own.ca });
    const [row] = await ask(connection, "SHOW STATUS LIKE 'Ssl_version'");
    connection.destroy();
    expect(row?.Value).toMatch(/^TLSv1\.[23]$/);
  });

  test.each<[string, () => object, RegExp]>([
    ['one that nobody knows', () => ({}), /self-signed|unable to/],
    [
      'one that has not signed it',
      () => ({ ca: other }),
      /unable to|signature/,
    ],
    ['a login without TLS', () => ({ tls: false }), /refuses the credentials/],
  ])('%s is refused', async (_, more, reason) => {
    await expect(connectWith(more())).rejects.toThrow(reason);
  });
};

// A newcomer's machine may have no server; CI has one.
if (mariadbd() && findProgram(['openssl']))
  describe('a server with TLS', suite);
else
  test('there is no MariaDB, or no OpenSSL', () => {
    expect(process.env.CI).toBeUndefined();
  });

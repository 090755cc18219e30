import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEY = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];

/** What a server needs for TLS, signed by an authority of its own. */
export interface Certificates {
  /** The authority's certificate, in PEM. */
  readonly ca: string;
  /** Options of MariaDB. */
  readonly options: readonly string[];
}

/** Makes an authority, and a certificate for localhost, in a folder. */
export const makeCertificates = async (
  folder: string,
): Promise<Certificates> => {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args);
  await openssl(
    ...['req', '-x509', ...KEY, '-subj', '/CN=An authority of its own'],
    ...['-keyout', at('ca.key'), '-out', at('ca.pem')],
  );
  await openssl(
    ...['req', ...KEY.slice(0, 3), '-subj', '/CN=localhost'],
    ...['-keyout', at('server.key'), '-out', at('server.csr')],
  );
  await writeFile(at('names'), 'subjectAltName=DNS:localhost');
  await openssl(
    ...['x509', '-req', '-in', at('server.csr'), '-days', '2'],
    ...['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
    ...['-extfile', at('names'), '-out', at('server.pem')],
  );
  // The server runs as a user of its own.
  await chmod(at('server.key'), 0o644);
  return {
    ca: await readFile(at('ca.pem'), 'utf8'),
    options: [
      `--ssl-cert=${at('server.pem')}`,
      `--ssl-key=${at('server.key')}`,
    ],
  };
};

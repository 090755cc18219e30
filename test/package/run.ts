import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Packages the stage dev without a network or an account, and has the template
// judged. `needs` are Node, Python 3 and, once, a network.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');
const TOOLS = join(ROOT, '.cache', 'package-tools', 'bin');
const PACKAGED = join(ROOT, '.serverless');
const TEMPLATE = join(PACKAGED, 'cloudformation-template-update-stack.json');
const MOST_BYTES = 2e6;

const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

const PACKAGE_ARGS = ['package', '--param', `architecture=${architecture}`];
const METABASE_ARGS = Object.entries({
  metabase: 'true',
  metabaseDomain: 'dashboards.example.org',
  metabaseCertificate:
    'arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef',
  metabaseNetworks: '192.0.2.0/24,198.51.100.7/32',
  metabaseDays: 'MON-FRI',
  metabaseTimezone: 'Europe/London',
}).flatMap(([name, value]) => ['--param', `${name}=${value}`]);

const MYSQL_ARGS = ['--param', 'mysql=true'];

interface Outcome {
  readonly ok: boolean;
  readonly said: string;
}

/** The framework runs on the Node of the project. */
const PATH = `${BIN}:${process.env.PATH}`;

/** Without credentials; proxies lead nowhere where no network can be taken. */
const OFFLINE = {
  PATH,
  HOME: join(ROOT, '.cache', 'package-home'),
  AWS_EC2_METADATA_DISABLED: 'true',
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  SLS_TELEMETRY_DISABLED: '1',
};

const run = (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Outcome => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return { ok: status === 0, said: `${stdout}${stderr}` };
};

const pack = (
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Outcome => {
  rmSync(PACKAGED, { recursive: true, force: true });
  return run(join(BIN, 'serverless'), [...PACKAGE_ARGS, ...args], env);
};

/** In a network namespace of its own, which has no network in it. */
const NO_NETWORK = ['--map-root-user', '--net'];

const packOffline = (args: readonly string[] = []): Outcome => {
  const isLinux = run('unshare', [...NO_NETWORK, 'true']).ok;
  if (!isLinux) return pack(OFFLINE, args);
  rmSync(PACKAGED, { recursive: true, force: true });
  return run(
    'unshare',
    [...NO_NETWORK, join(BIN, 'serverless'), ...PACKAGE_ARGS, ...args],
    OFFLINE,
  );
};

const weights = (): Outcome => {
  const sizes = readdirSync(PACKAGED)
    .filter((file) => file.endsWith('.zip'))
    .map((file) => ({
      name: file.replace('.zip', ''),
      bytes: statSync(join(PACKAGED, file)).size,
    }));
  const lines = sizes.map(
    ({ name, bytes }) => `${name.padEnd(18)} ${(bytes / 1e6).toFixed(2)} MB`,
  );
  const heavy = sizes.filter(
    ({ name, bytes }) => name !== 'transform' && bytes > MOST_BYTES,
  );
  return { ok: heavy.length === 0, said: lines.join('\n') };
};

interface Packaged {
  readonly Type: string;
  readonly Metadata?: {
    readonly checkov?: {
      readonly skip: readonly { readonly comment: string }[];
    };
  };
}
const resources = () =>
  JSON.parse(readFileSync(TEMPLATE, 'utf8')).Resources as Record<
    string,
    Packaged
  >;

/** All that tells of Metabase: resources, functions, rights, variables. */
const traces = (): Outcome => {
  const text = JSON.stringify(resources());
  const found = text.match(/[\w:./-]*metabase[\w:./-]*/gi) ?? [];
  return { ok: found.length === 0, said: [...new Set(found)].join('\n') };
};

/** A network, a server, or what rotates its secret. */
const noServer = (): Outcome => {
  const types = Object.values(resources()).map(({ Type }) => Type);
  const found = types.filter((type) => /RDS|EC2|Rotation/.test(type));
  return { ok: found.length === 0, said: found.join('\n') };
};

/** Each suppression says why, beside its resource. */
const suppressions = (): Outcome => {
  const skipped = Object.values(resources()).flatMap(
    ({ Metadata }) => Metadata?.checkov?.skip ?? [],
  );
  const bare = skipped.filter(({ comment }) => comment.length < 20);
  return {
    ok: skipped.length > 0 && bare.length === 0,
    said: `${skipped.length} suppressions, ${bare.length} without a reason`,
  };
};

const checkov = (): Outcome =>
  run(join(TOOLS, 'checkov'), [
    ...['-f', TEMPLATE, '--framework', 'cloudformation'],
    ...['--compact', '--quiet', '--skip-download'],
  ]);

// W3005: the framework names the roles in DependsOn as well.
const lint = (): Outcome =>
  run(join(TOOLS, 'cfn-lint'), ['-i', 'W3005', '--', TEMPLATE]);

const CHECKS: readonly [string, () => Outcome][] = [
  ['fetches what packaging needs', () => pack({ ...process.env, PATH })],
  ['sls package, without a network or credentials', () => packOffline()],
  ['no function but transform is above 2 MB zipped', weights],
  ['cfn-lint', lint],
  ['checkov', checkov],
  ['every suppression has its reason', suppressions],
  ['nothing of Metabase is in it', traces],
  ['nothing of a MySQL server is in it', noServer],
  ['sls package, with MySQL', () => packOffline(MYSQL_ARGS)],
  [
    'a MySQL server is in it',
    () => ({ ok: !noServer().ok, said: 'it is not' }),
  ],
  ['cfn-lint, with MySQL', lint],
  ['checkov, with MySQL', checkov],
  ['every suppression has its reason, with MySQL', suppressions],
  ['sls package, with Metabase', () => packOffline(METABASE_ARGS)],
  ['Metabase is in it', () => ({ ...traces(), ok: !traces().ok })],
  ['cfn-lint, with Metabase', lint],
  ['checkov, with Metabase', checkov],
  ['every suppression has its reason, with Metabase', suppressions],
];

const tools = run('bash', [join(ROOT, 'test', 'package', 'setUp.sh')]);
if (!tools.ok) console.log(tools.said);
let failed = 0;
for (const [name, check] of CHECKS) {
  const { ok, said } = check();
  if (!ok) failed += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}`);
  if (!ok || check === weights) console.log(said.trim());
}
console.log(`${readdirSync(PACKAGED).length} files in .serverless`);
console.log(`\n${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

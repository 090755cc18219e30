import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FUNCTIONS } from '../../resources/functions.ts';

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

const pack = (env: NodeJS.ProcessEnv): Outcome => {
  rmSync(PACKAGED, { recursive: true, force: true });
  return run(join(BIN, 'serverless'), PACKAGE_ARGS, env);
};

/** In a network namespace of its own, which has no network in it. */
const NO_NETWORK = ['--map-root-user', '--net'];

const packOffline = (): Outcome => {
  const isLinux = run('unshare', [...NO_NETWORK, 'true']).ok;
  if (!isLinux) return pack(OFFLINE);
  rmSync(PACKAGED, { recursive: true, force: true });
  return run(
    'unshare',
    [...NO_NETWORK, join(BIN, 'serverless'), ...PACKAGE_ARGS],
    OFFLINE,
  );
};

const weights = (): Outcome => {
  const sizes = Object.keys(FUNCTIONS).map((name) => ({
    name,
    bytes: statSync(join(PACKAGED, `${name}.zip`)).size,
  }));
  const lines = sizes.map(
    ({ name, bytes }) => `${name.padEnd(18)} ${(bytes / 1e6).toFixed(2)} MB`,
  );
  const heavy = sizes.filter(
    ({ name, bytes }) => name !== 'transform' && bytes > MOST_BYTES,
  );
  return { ok: heavy.length === 0, said: lines.join('\n') };
};

/** Each suppression says why, beside its resource. */
const suppressions = (): Outcome => {
  const { Resources } = JSON.parse(readFileSync(TEMPLATE, 'utf8')) as {
    Resources: Record<
      string,
      { Metadata?: { checkov?: { skip: { id: string; comment: string }[] } } }
    >;
  };
  const skipped = Object.values(Resources).flatMap(
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

const CHECKS: readonly [string, () => Outcome][] = [
  ['fetches what packaging needs', () => pack({ ...process.env, PATH })],
  ['sls package, without a network or credentials', packOffline],
  ['no function but transform is above 2 MB zipped', weights],
  // W3005: the framework names the roles in DependsOn as well.
  [
    'cfn-lint',
    () => run(join(TOOLS, 'cfn-lint'), ['-i', 'W3005', '--', TEMPLATE]),
  ],
  ['checkov', checkov],
  ['every suppression has its reason', suppressions],
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

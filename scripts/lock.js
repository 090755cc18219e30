// Completes package-lock.json after an `npm install`: removes the addresses of
// the registry that happened to be used, and names the builds for other
// platforms where that registry did not have them, so that `npm ci` accepts
// the file everywhere.
import { readFileSync, writeFileSync } from 'node:fs';

const path = 'package-lock.json';
const lock = JSON.parse(readFileSync(path, 'utf8'));
const SYSTEMS = [
  'darwin',
  'linux',
  'win32',
  'android',
  'freebsd',
  'openharmony',
];
const PROCESSORS = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x'];

const find = (name, words) =>
  words.filter((word) => name.split(/[-/]/).includes(word));

for (const entry of Object.values(lock.packages)) {
  delete entry.resolved;
  for (const [name, range] of Object.entries(
    entry.optionalDependencies ?? {},
  )) {
    const key = `node_modules/${name}`;
    if (lock.packages[key]) continue;
    const os = find(name, SYSTEMS);
    const cpu = find(name, PROCESSORS);
    lock.packages[key] = {
      version: range.replace(/^[^\d]*/, ''),
      ...(entry.dev && { dev: true }),
      optional: true,
      os: os.length > 0 ? os : ['none'],
      cpu: cpu.length > 0 ? cpu : ['none'],
    };
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)),
);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './tsc.ts';

const NOT_OURS = new Set([
  '.git',
  'node_modules',
  '.cache',
  '.tributary',
  'coverage',
]);

const walk = (below: string): string[] =>
  readdirSync(join(ROOT, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : walk(path);
    return entry.isFile() ? [path] : [];
  });

const listed = (): string[] => {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const git = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return git.status === 0 ? git.stdout.split('\0').filter(Boolean) : [];
};

/** The project's files, by git where there is one; paths with `/`. */
export const projectFiles = (): string[] => {
  const byGit = listed().filter((path) => existsSync(join(ROOT, path)));
  return byGit.length > 0 ? byGit : walk('');
};

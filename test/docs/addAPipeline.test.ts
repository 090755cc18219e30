import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFiles } from '../support/projectFiles.ts';
import { ROOT } from '../support/tsc.ts';

const MINUTES = 60_000;

/** A clone of the project with what is installed here, in a folder of its own. */
const cloneProject = (): string => {
  const clone = mkdtempSync(join(tmpdir(), 'tributary-clone-'));
  for (const path of projectFiles())
    cpSync(join(ROOT, path), join(clone, path), { preserveTimestamps: true });
  const modules = join(clone, 'node_modules');
  const bin = join(modules, '.bin');
  mkdirSync(bin, { recursive: true });
  const link = (below: string) => {
    const from = join(ROOT, 'node_modules', below);
    for (const name of readdirSync(from))
      if (name !== '.bin' && name !== 'tributary')
        symlinkSync(join(from, name), join(modules, below, name));
  };
  link('');
  link('.bin');
  symlinkSync(join('..', '..', 'cli', 'tributary.js'), join(bin, 'tributary'));
  return clone;
};

/** All that a page tells to paste, in order. */
const blocksOf = (page: string): string[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(
    ([, block = '']) => block,
  );

test(
  'a new user who pastes docs/add-a-pipeline.md has a pipeline in five minutes',
  () => {
    const blocks = blocksOf('docs/add-a-pipeline.md');
    expect(blocks).toHaveLength(5);
    const clone = cloneProject();
    try {
      const began = Date.now();
      const said = blocks.map((block) => {
        const { status, stdout, stderr } = spawnSync(
          'bash',
          ['-e', '-o', 'pipefail'],
          { cwd: clone, encoding: 'utf8', input: block },
        );
        expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
        return stdout + stderr;
      });
      const [made, run, planned, rejected, kept] = said;
      expect(made).toContain('pipelines/visits/pipeline.ts');
      expect(run).toMatch(/published 1 table, 3 rows/);
      expect(run).toContain('(3 rows)');
      expect(planned).toMatch(/hits_by_page/);
      expect(rejected).toMatch(/\/about +12\n/);
      expect(rejected).toContain('hits: "many" is not a bigint');
      expect(rejected).toMatch(/\(1 of 1 records of run /);
      expect(kept).toMatch(/Tests: .*2 passed/);
      expect(Date.now() - began).toBeLessThan(5 * MINUTES);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  },
  6 * MINUTES,
);

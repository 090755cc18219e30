import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceTextModule } from 'node:vm';
import { transformSync } from 'amaro';
import { violations } from '../support/boundaries.ts';
import { importsOf } from '../support/imports.ts';
import { ROOT } from '../support/tsc.ts';

test('imports of the project go one way', async () => {
  const imports = await importsOf(ROOT);
  expect(imports).toContainEqual({
    from: 'core/index.ts',
    to: 'core/column.ts',
  });
  expect(imports).toContainEqual({
    from: 'pipelines/loans/pipeline.ts',
    to: 'core/index.ts',
  });
  expect(violations(imports)).toEqual([]);
});

test('every import that goes another way is found', async () => {
  const imports = await importsOf(join(import.meta.dirname, 'fixture'));
  expect(violations(imports)).toEqual([
    'core/hidden.ts imports cli/main.ts: core imports nothing of the project',
    'core/hidden.ts imports engine/engine.ts: ' +
      'core imports nothing of the project',
    'core/upward.ts imports engine/engine.ts: ' +
      'core imports nothing of the project',
    'engine/helped.ts imports engine/helper.test.ts: ' +
      'what is shipped imports what is not',
    'engine/sideways.ts imports dashboards/draw.ts: engine imports core alone',
    'functions/fetch/handler.ts imports pipelines/one/pipeline.ts: ' +
      'nobody imports a pipeline by name',
    'pipelines/one/pipeline.ts imports dashboards/draw.ts: ' +
      'pipelines imports core alone',
    'pipelines/two/pipeline.ts imports pipelines/one/pipeline.ts: ' +
      'nobody imports a pipeline by name',
  ]);
});

/** What a file imports at run time, by Node's own parser. */
const requests = (path: string) => {
  const code = transformSync(readFileSync(path, 'utf8'), {
    mode: 'strip-only',
  }).code;
  const module = new SourceTextModule(code, { identifier: path });
  return module.moduleRequests.map(({ specifier }) => specifier);
};

const pure = readdirSync(join(ROOT, 'core')).filter(
  (name) => name.endsWith('.ts') && !/\.(test|types)\.ts$/.test(name),
);

test.each(pure)('core/%s needs neither a package nor the machine', (name) => {
  const needed = requests(join(ROOT, 'core', name));
  expect(needed.filter((specifier) => !specifier.startsWith('./'))).toEqual([]);
});

test('a package or a module of Node would be seen', () => {
  const needed = requests(join(ROOT, 'engine', 'spillFolder.ts'));
  expect(needed).toContain('node:fs');
});

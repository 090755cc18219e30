import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

test('a folder is emptied at once, and removed when the process ends', () => {
  const measure = new URL('measure.ts', import.meta.url).href;
  const script = `
    import { mkdirSync, statSync, writeFileSync } from 'node:fs';
    import { join } from 'node:path';
    import { withFolder } from '${measure}';
    let file;
    const folder = await withFolder(async (made) => {
      mkdirSync(join(made, 'below'));
      file = join(made, 'below', 'rows');
      writeFileSync(file, 'one');
      return made;
    });
    console.log(JSON.stringify({ folder, bytes: statSync(file).size }));`;
  const said = execFileSync(
    process.execPath,
    ['--input-type=module', '-e', script],
    { encoding: 'utf8' },
  );
  const { folder, bytes } = JSON.parse(said) as {
    folder: string;
    bytes: number;
  };
  expect(bytes).toBe(0);
  expect(folder).toContain('bench-');
  expect(existsSync(folder)).toBe(false);
});

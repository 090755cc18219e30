import type { Manifest, ManifestFile } from './manifest.ts';
import { BETWEEN_FILES, fileText, manifestText } from './manifestText.ts';

const file = (path: string): ManifestFile => ({
  ...{ path, key: `landing/ü/${path}`, bytes: 3, records: 1 },
  digest: 'blake3:00',
});
const files = [file('a.json'), file('b "ü"\n.json')];
const manifest: Manifest = {
  ...{ pipeline: 'p', source: 's', run: 'r', date: '2024-05-02', from: 'x' },
  ...{ landedAt: '2024-05-02T00:00:00Z', records: 2, bytes: 6, files },
};

test('a manifest is JSON, with a line for each file', () => {
  const text = Buffer.concat(manifestText(manifest)).toString();
  expect(JSON.parse(text)).toEqual(manifest);
  for (const one of files) expect(text.split(/,?\n/)).toContain(fileText(one));
});

test('it is the same from files that are text already, in pieces', () => {
  const [first, second] = files.map(fileText) as [string, string];
  const pieces = [Buffer.from(first + BETWEEN_FILES), Buffer.from(second)];
  const same = manifestText({ ...manifest, files: [] }, pieces);
  expect(Buffer.concat(same)).toEqual(Buffer.concat(manifestText(manifest)));
});

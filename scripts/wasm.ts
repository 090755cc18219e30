import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import wabt from 'wabt';

const FOLDER = fileURLToPath(new URL('../engine/records/', import.meta.url));

/** The module of `countCsv.wat`, as text of TypeScript. */
export const buildCountCsv = async (): Promise<string> => {
  const { parseWat } = await wabt();
  const source = readFileSync(`${FOLDER}countCsv.wat`, 'utf8');
  const parsed = parseWat('countCsv.wat', source, { simd: true });
  const bytes = Buffer.from(parsed.toBinary({}).buffer).toString('base64');
  const lines = bytes.match(/.{1,72}/g) ?? [];
  const parts = lines.map((line) => `  '${line}'`).join(' +\n');
  return (
    '/** Made from `countCsv.wat` by `npm run wasm`; a test compares them. */\n' +
    `export const COUNT_CSV =\n${parts};\n`
  );
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(`${FOLDER}countCsvWasm.ts`, await buildCountCsv());

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { localDefinitions } from '../platform/local/localDefinitions.ts';
import { ROOT } from './support/tsc.ts';

const FOLDER = join(ROOT, 'pipelines');
const definitions = localDefinitions(FOLDER);
const names = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const validate = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
}).compile(
  JSON.parse(readFileSync(join(ROOT, 'core', 'plan.schema.json'), 'utf8')),
);

test('every folder of pipelines is one, and found', async () => {
  expect(names.length).toBeGreaterThan(0);
  expect(await definitions.names()).toEqual(names.sort());
});

test.each(names)('the plan of %s keeps the contract', async (name) => {
  const plan = await definitions.plan(name);
  validate(JSON.parse(JSON.stringify(plan)));
  expect(validate.errors).toBeNull();
});

test.each(names)('the plan of %s can travel', async (name) => {
  const text = JSON.stringify(await definitions.plan(name));
  expect(text).not.toContain(ROOT);
});

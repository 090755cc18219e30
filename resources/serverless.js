// What serverless.yml asks for: the framework reads JavaScript alone, Node
// reads the TypeScript behind it.
import { fileURLToPath } from 'node:url';
import { localDefinitions } from '../platform/local/localDefinitions.ts';
import * as template from './template.ts';

const settingsOf = async ({ resolveConfigurationProperty }) =>
  resolveConfigurationProperty(['custom', 'stack']);

const definitions = localDefinitions(
  fileURLToPath(new URL('../pipelines', import.meta.url)),
);
const plansOf = async () =>
  Promise.all((await definitions.names()).map(definitions.plan));

export const functions = async (options) =>
  template.functionsOf(await settingsOf(options));

export const environment = async (options) =>
  template.environmentOf(await settingsOf(options));

export const extensions = async (options) =>
  template.extensionsOf(await settingsOf(options));

const stackOf = async (options) =>
  template.stackOf(await settingsOf(options), await plansOf());

export const resources = async (options) =>
  template.resourcesOf(
    await stackOf(options),
    new Date().toISOString().slice(0, 10),
  );

export const outputs = async (options) =>
  template.outputsOf(await stackOf(options));

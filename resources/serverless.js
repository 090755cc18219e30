// What serverless.yml asks for: the framework reads JavaScript alone, Node
// reads the TypeScript behind it.
import { resolve } from 'node:path';
import { plansIn } from '../platform/local/localDefinitions.ts';
import * as template from './template.ts';

const settingsOf = async ({ resolveConfigurationProperty }) =>
  resolveConfigurationProperty(['custom', 'stack']);

const ROOT = resolve(import.meta.dirname, '..');

export const functions = async (options) =>
  template.functionsOf(await settingsOf(options));

export const environment = async (options) =>
  template.environmentOf(await settingsOf(options));

export const extensions = async (options) =>
  template.extensionsOf(await settingsOf(options));

const stackOf = async (options) => {
  const settings = await settingsOf(options);
  const plans = await plansIn(resolve(ROOT, settings.pipelines));
  return template.stackOf(settings, plans);
};

export const resources = async (options) =>
  template.resourcesOf(
    await stackOf(options),
    new Date().toISOString().slice(0, 10),
  );

export const outputs = async (options) =>
  template.outputsOf(await stackOf(options));

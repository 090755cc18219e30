import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretError } from '../../core/errors.ts';
import type { Secrets } from '../ports.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Secrets as JSON files of one folder: `crime/mysql` is `crime/mysql.json`. */
export const localSecrets = (folder: string): Secrets => ({
  read: async (name) => {
    const path = join(folder, `${name}.json`);
    const body = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new SecretError(
        `there is no secret "${name}": write it to ${path}`,
        {},
        { cause },
      );
    });
    try {
      const value: unknown = JSON.parse(body);
      if (isObject(value)) return value;
    } catch {
      // The parser's message would quote the secret.
    }
    throw new SecretError(`the secret "${name}" is no JSON object: ${path}`);
  },
});

import { createHash } from 'node:crypto';

/** Where a dashboard was made and nothing put upon it yet. */
export const UNFINISHED = '000000000000';

const SEAL = /\n*Made by Tributary from (\S+) \(([0-9a-f]{12})\)$/;

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, v]) => [key, sorted(v)]),
  );
};

/** Twelve hex digits of some content; the order of keys does not count. */
export const fingerprint = (content: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')
    .slice(0, 12);

/** A description that says who made the thing, and what it was made like. */
export const seal = (
  description: string,
  pipeline: string,
  print: string,
): string =>
  `${description}\n\nMade by Tributary from pipelines/${pipeline} (${print})`.trim();

/** What a sealed description says; no fingerprint where it has no seal. */
export const unseal = (
  text: string | null | undefined,
): { readonly description: string; readonly print?: string } => {
  const whole = text ?? '';
  const match = SEAL.exec(whole);
  if (!match?.[2]) return { description: whole };
  return { description: whole.slice(0, match.index), print: match[2] };
};

import type { Plan } from '../core/plan.ts';

const secretsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'secret' && typeof inner === 'string' ? [inner] : secretsIn(inner),
  );
};

/** The names of the secrets that live sources are read with, sorted. */
export const findSecrets = (plans: readonly Plan[]): string[] => [
  ...new Set(
    plans.flatMap(({ sources }) =>
      sources.flatMap(({ from }) => secretsIn(from)),
    ),
  ),
].sort();

import { isReadByJob } from '../core/databaseFaults.ts';
import type { Plan, PlanSource } from '../core/plan.ts';

const secretsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'secret' && typeof inner === 'string' ? [inner] : secretsIn(inner),
  );
};

const secretsOf = (sources: readonly PlanSource[]): string[] =>
  [...new Set(sources.flatMap(({ from }) => secretsIn(from)))].sort();

/** The names of the secrets that live sources are read with, sorted. */
export const findSecrets = (plans: readonly Plan[]): string[] =>
  secretsOf(plans.flatMap(({ sources }) => sources));

/** The names of those that the Spark job reads databases with, sorted. */
export const findJobSecrets = (plans: readonly Plan[]): string[] =>
  secretsOf(plans.flatMap(({ sources }) => sources.filter(isReadByJob)));

/** A place in S3 that live input is read from. */
export interface SourceFolder {
  readonly bucket: string;
  readonly prefix: string;
}

const addressesIn = (value: unknown): string[] => {
  if (typeof value === 'string')
    return value.startsWith('s3://') ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(addressesIn);
};

/** The places in S3 that live sources are read from, sorted. */
export const findFolders = (plans: readonly Plan[]): SourceFolder[] => {
  const found = plans.flatMap(({ sources }) =>
    sources.flatMap(({ from }) => addressesIn(from)),
  );
  return [...new Set(found)].sort().map((address) => {
    const [bucket = '', ...rest] = address.slice('s3://'.length).split('/');
    return { bucket, prefix: rest.join('/') };
  });
};

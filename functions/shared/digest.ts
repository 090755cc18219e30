/** By which function a digest of landed bytes was taken. */
export type Algorithm = 'blake3' | 'sha256';

/** A digest in hexadecimal, behind the name of its function. */
export type Digest = `${Algorithm}:${string}`;

export const algorithmOf = (digest: Digest): Algorithm =>
  digest.startsWith('sha256:') ? 'sha256' : 'blake3';

/** How manifests and recordings had it while there was SHA-256 alone. */
interface Unnamed {
  readonly sha256?: string;
}

/** Names the function by which the digest of a listed file was taken. */
export const withNamedDigest = <F extends { readonly digest: Digest }>(
  listed: F,
): F => {
  const { sha256, ...rest } = listed as F & Unnamed;
  return sha256 === undefined
    ? listed
    : ({ ...rest, digest: `sha256:${sha256}` } as unknown as F);
};

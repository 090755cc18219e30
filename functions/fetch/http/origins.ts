import { createHash } from 'node:crypto';
import type { HttpSettings } from '../../../platform/ports.ts';

const SECRET =
  /token|key|secret|signature|password|credential|auth|^(sig|appid|pwd|pass)$/i;
const ADDRESS = /https?:\/\/[^\s"'<>]+/gi;
/** A shorter one would hide half of a text, and is no secret. */
const LEAST_SECRET = 4;

/** An address as it may be written down: nothing that only its owner knows. */
export const shownUrl = (address: string): string => {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  for (const name of [...url.searchParams.keys()])
    if (SECRET.test(name)) url.searchParams.set(name, '***');
  return url.search.includes('***') ? url.href : withoutUser(address, url);
};

const shownAddress = (address: string): string => {
  try {
    return shownUrl(address);
  } catch {
    return address;
  }
};

/**
 * Shows a text of a server's: without the secrets that were sent, as they are or
 * encoded as in an address or in JSON, and with its addresses as `shownUrl` has
 * them.
 */
export const textShower = (
  secrets: readonly string[],
): ((text: string) => string) => {
  const known = secrets
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      encodeURIComponent(secret).replaceAll(/%../g, (code) =>
        code.toLowerCase(),
      ),
      new URLSearchParams([['', secret]]).toString().slice(1),
      JSON.stringify(secret).slice(1, -1),
    ])
    .filter(({ length }) => length >= LEAST_SECRET)
    .sort((a, b) => b.length - a.length);
  return (text) =>
    known
      .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
      .replaceAll(ADDRESS, shownAddress);
};

/**
 * What tells an address from others that are shown alike: nothing for one that is
 * shown as it is.
 */
export const addressOf = (url: string): { readonly address?: string } => {
  if (shownUrl(url) === url) return {};
  const address = createHash('sha256').update(url).digest('hex').slice(0, 32);
  return { address };
};

/** What of an address is not shown. */
export const hiddenIn = (address: string): string[] => {
  const { searchParams, password } = new URL(address);
  return [
    ...[...searchParams].flatMap(([name, value]) =>
      SECRET.test(name) ? [value] : [],
    ),
    password,
  ];
};

/** As it was written, since `URL` would encode what the server may not. */
const withoutUser = (address: string, { host, protocol }: URL) =>
  address.replace(/^https?:\/\/[^/?#]*/i, `${protocol}//${host}`);

/** Other servers that stand in for origins, there and back. */
export interface Origins {
  /** The address to ask. */
  readonly toServer: (url: string) => string;
  /** The address that is meant; `near` is one of the same conversation. */
  readonly toOfficial: (url: string, near: string) => string;
}

const moved = (url: string, from: string, to: string) =>
  to.replace(/\/$/, '') + url.slice(from.length);

export const originsOf = ({ origins = {} }: HttpSettings): Origins => ({
  toServer: (url) => {
    const { origin } = new URL(url);
    const server = origins[origin];
    return server === undefined ? url : moved(url, origin, server);
  },
  toOfficial: (url, near) => {
    const { origin } = new URL(url);
    const officials = Object.entries(origins)
      .filter(([, server]) => new URL(server).origin === origin)
      .map(([official]) => official);
    const same = new URL(near).origin;
    const official = officials.includes(same) ? same : officials[0];
    return official === undefined ? url : moved(url, origin, official);
  },
});

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';

/** A page may load nothing from elsewhere, and no script or style within it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const setHeaders = (c: Context) => {
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
};

const refuse = (c: Context, message: string) => {
  setHeaders(c);
  return c.json({ error: { name: 'RefusedError', message } }, 403);
};

const NAMES = ['127.0.0.1', 'localhost'];

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Lets in only what comes from this machine under its own name, and from the
 * console's own pages: a name that another server points here (DNS rebinding)
 * and a page of another origin are refused.
 * @param port asks for the port, which is known once the server listens.
 */
export const guardHost =
  (port: () => number): MiddlewareHandler =>
  async (c, next) => {
    const hosts = NAMES.map((name) => `${name}:${port()}`);
    const host = c.req.header('host') ?? '';
    if (!hosts.includes(host))
      return refuse(c, 'the console answers to 127.0.0.1 and localhost alone');
    const origin = c.req.header('origin');
    if (origin !== undefined && origin !== `http://${host}`)
      return refuse(c, 'another origin asked');
    const site = c.req.header('sec-fetch-site');
    const isNavigation =
      c.req.method === 'GET' && c.req.header('sec-fetch-mode') === 'navigate';
    if (site && !['same-origin', 'none'].includes(site) && !isNavigation)
      return refuse(c, 'another site asked');
    await next();
    setHeaders(c);
  };

/** A body in JSON alone, which a form of another page cannot send. */
export const requireJson: MiddlewareHandler = async (c, next) => {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/json\b/.test(type))
    return refuse(c, 'the body has to be application/json');
  return next();
};

export const TOKEN_HEADER = 'x-tributary-token';

/** What changes data takes the token that the terminal has shown. */
export const requireToken =
  (token: string): MiddlewareHandler =>
  async (c, next) => {
    const given = c.req.header(TOKEN_HEADER) ?? '';
    if (!timingSafeEqual(digest(given), digest(token)))
      return refuse(
        c,
        'this page may look, but not change: open the address that ' +
          '"tributary serve" has printed',
      );
    return next();
  };

import { SourceError } from '../../../core/errors.ts';

/** A try that went wrong, where another may go well. */
export class RetryableError extends Error {
  /** How long the server asks to wait, in milliseconds. */
  readonly waitMs: number;

  constructor(message: string, waitMs = 0, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RetryableError';
    this.waitMs = waitMs;
  }
}

/** What Node says of certificates; to ask again would not mend one. */
const CERTIFICATE = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|ISSUER|CHAIN/;
/** Addresses that are wrong, and answers that are not HTTP. */
const FINAL = /^(ERR_INVALID_URL|ERR_BAD_OPTION)/;

interface Failure extends Error {
  readonly code?: string;
}

/** Puts what went wrong with a connection into our words. */
export const explained = (caught: unknown): Error => {
  const error = caught as Failure;
  if (error instanceof SourceError || error instanceof RetryableError)
    return error;
  const { code = '', message } = error;
  if (CERTIFICATE.test(code))
    return new SourceError(
      `the server's certificate does not verify (${code})`,
      {},
      { cause: error },
    );
  if (code === 'ERR_FR_TOO_MANY_REDIRECTS')
    return new SourceError(
      'it redirects again and again: a redirect loop?',
      {},
      { cause: error },
    );
  if (FINAL.test(code)) return new SourceError(message, {}, { cause: error });
  return new RetryableError(message || code, 0, { cause: error });
};

/** Seconds, or a date; 0 where there is none that makes sense. */
export const retryAfterMs = (
  value: string | undefined,
  now: number,
): number => {
  if (value === undefined) return 0;
  const text = value.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
};

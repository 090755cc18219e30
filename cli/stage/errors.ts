import { StageError, TributaryError, UsageError } from '../../core/errors.ts';

const CREDENTIALS = [
  'CredentialsProviderError',
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'TokenRefreshRequired',
];

/** For a `catch`. */
export const rethrow = (error: unknown): never => {
  throw explainAws(error);
};

/** What a person is told of an error of the AWS SDK, and can do about it. */
export const explainAws = (error: unknown): unknown => {
  if (error instanceof TributaryError) return error;
  const { name, message } = error as Error;
  if (CREDENTIALS.includes(name))
    return new UsageError(
      `there are no credentials for AWS that are valid (${message}): set ` +
        'AWS_PROFILE or log in; "aws sts get-caller-identity" says who you are',
      {},
      { cause: error },
    );
  if (/region is missing/i.test(message))
    return new UsageError(
      'no region is set: AWS_REGION=us-east-1, or one in ~/.aws/config',
      {},
      { cause: error },
    );
  if (/AccessDenied|NotAuthorized/.test(name))
    return new StageError(`AWS refused: ${message}`, {}, { cause: error });
  const code = (error as { code?: string }).code;
  return code !== undefined && /^E[A-Z]+$/.test(code)
    ? new StageError(
        `AWS is not reached: ${message || code}`,
        {},
        { cause: error },
      )
    : error;
};

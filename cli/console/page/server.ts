/** An error that the console itself has told. */
export class ServerError extends Error {}

const TOKEN = 'token';

/** The token that was given by the address, kept for this origin alone. */
export const token = (): string => localStorage.getItem(TOKEN) ?? '';

/** Takes the token from the address, where nobody else gets to see it. */
export const keepToken = (): void => {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return;
  localStorage.setItem(TOKEN, given);
  history.replaceState(null, '', location.pathname + location.search);
};

/** What was asked wrongly is an answer, too: its header tells. */
const answerOf = async (response: Response): Promise<Response> => {
  const isWrong = response.headers.has('x-tributary-error');
  if (response.ok && !isWrong) return response;
  const body = await response.json().catch(() => undefined);
  throw new ServerError(
    body?.error?.message ?? `the console answered ${response.status}`,
  );
};

/** @throws ServerError with the console's words, or where nobody answers. */
export const reach = async (
  path: string,
  init?: RequestInit,
): Promise<Response> => {
  const response = await fetch(path, init).catch(() => undefined);
  if (!response)
    throw new ServerError('the console does not answer: is it still running?');
  return answerOf(response);
};

/** Asks for JSON. @throws ServerError with the console's words. */
export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  (await reach(path, signal ? { signal } : {})).json();

/** Sends JSON. @throws ServerError with the console's words. */
export const post = async (path: string, body: object): Promise<Response> =>
  reach(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-tributary-token': token(),
    },
    body: JSON.stringify(body),
  });

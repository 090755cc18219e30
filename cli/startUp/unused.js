/**
 * What the local state machine imports for work that it never does here: it
 * calls no Lambda, and the definition is validated by the tests. Loading these
 * would take longer than a small pipeline.
 *
 * @type {Readonly<Record<string, readonly string[]>>} names by package
 */
export const UNUSED = {
  '@aws-sdk/client-lambda': ['LambdaClient', 'InvokeCommand'],
  '@aws-sdk/credential-providers': ['fromCognitoIdentityPool'],
  'asl-validator': ['default'],
};

/** @param {readonly string[]} names @returns {string} a module with them */
export const stubOf = (names) => {
  const lines = names.map((name) =>
    name === 'default'
      ? 'export default unused;'
      : `export { unused as ${name} };`,
  );
  const body =
    'const unused = function () { throw new Error(' +
    "'not available to the local state machine'); };";
  return body + lines.join('');
};

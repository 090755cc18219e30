import * as errors from './errors.ts';

const { DefinitionError, SourceError, TableError, TributaryError, within } =
  errors;

test('a message says where, from the outside in, then what', () => {
  const error = new TableError('the SELECT lacks hits', {
    column: 'hits',
    line: 3,
    file: 'sql/hits.sql',
    table: 'hits',
    pipeline: 'visits',
  });
  expect(error.message).toBe(
    'pipeline visits, table hits, file sql/hits.sql, line 3, column hits: ' +
      'the SELECT lacks hits',
  );
});

test('without a place it says what alone', () => {
  expect(new SourceError('no file').message).toBe('no file');
});

test('an error learns its place on the way out, and keeps what it knew', () => {
  const error = new SourceError('no record', { source: 'visits', line: 2 });
  const same = within(error, { pipeline: 'shop', source: 'other' });
  expect(same).toBe(error);
  expect(error.message).toBe('pipeline shop, source visits, line 2: no record');
  expect(error.place).toEqual({ pipeline: 'shop', source: 'visits', line: 2 });
  expect(error.reason).toBe('no record');
});

test('what is not ours passes as it is', () => {
  const theirs = new RangeError('not ours');
  expect(within(theirs, { pipeline: 'shop' })).toBe(theirs);
  expect(theirs.message).toBe('not ours');
  expect(within('thrown', { pipeline: 'shop' })).toBe('thrown');
});

test('a definition error carries its faults, one a line', () => {
  const error = new DefinitionError('shop', ['this', 'that']);
  expect(error.message).toBe('pipeline shop: this\nthat');
  expect(error.faults).toEqual(['this', 'that']);
});

const classes = Object.values(errors).filter(
  (value): value is typeof SourceError =>
    typeof value === 'function' && value.prototype instanceof TributaryError,
);

test.each(classes.map((c) => [c.name, c] as const))(
  '%s is known by its name, and keeps its cause',
  (name, Class) => {
    const cause = new Error('deeper');
    const error =
      name === 'DefinitionError'
        ? new DefinitionError('shop', ['this'], { cause })
        : new Class('this', {}, { cause });
    expect(error).toBeInstanceOf(TributaryError);
    expect(error.name).toBe(name);
    expect(error.cause).toBe(cause);
    expect(error.stack).toContain('errors.test.ts');
  },
);

test('there are classes to be known', () => {
  expect(classes.length).toBeGreaterThan(5);
});

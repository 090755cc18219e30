/** A node of polyglot-sql's syntax tree: its kind is the only key. */
type Tree = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Tree =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const SET_OPERATIONS = ['union', 'intersect', 'except'];

/** A branch in brackets that need not be there. */
const bare = (branch: unknown, kinds: readonly string[]): unknown => {
  if (!isObject(branch) || !isObject(branch.subquery)) return branch;
  const { this: inner, alias, order_by, limit, offset } = branch.subquery;
  const isPlain = [alias, order_by, limit, offset].every((one) => one === null);
  if (!isPlain || !isObject(inner)) return branch;
  const [kind = ''] = Object.keys(inner);
  const body = inner[kind];
  const isOrdered =
    isObject(body) && [body.order_by, body.limit, body.with].some(Boolean);
  return kinds.includes(kind) && !isOrdered ? inner : branch;
};

/**
 * The engine writes the branches of a UNION in brackets, and the library looks
 * into none that is in brackets: takes away those without a meaning.
 */
export const unwrapBranches = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(unwrapBranches);
  if (!isObject(value)) return value;
  const walked: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, unwrapBranches(one)]),
  );
  for (const kind of SET_OPERATIONS) {
    const body = walked[kind];
    if (isObject(body) && 'left' in body && 'right' in body)
      walked[kind] = {
        ...body,
        left: bare(body.left, ['select', ...SET_OPERATIONS]),
        right: bare(body.right, ['select']),
      };
  }
  return walked;
};

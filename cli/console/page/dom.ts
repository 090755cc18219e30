/** The one element that a page must have. */
export const need = <E extends Element>(
  selector: string,
  within: ParentNode = document,
): E => {
  const found = within.querySelector<E>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
};

/**
 * Makes an element; text goes in as text, whatever it is.
 * @param properties such as `className`; `data-…` and `aria-…` as attributes.
 */
export const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Readonly<Record<string, string | boolean>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (
      name.includes('-') ||
      name === 'role' ||
      name === 'for' ||
      name === 'scope'
    )
      element.setAttribute(name, String(value));
    else Object.assign(element, { [name]: value });
  element.append(...children);
  return element;
};

/** Rows as a table; numbers to the right. */
export const tableOf = (
  columns: readonly { readonly name: string; readonly isNumber: boolean }[],
  rows: readonly (readonly string[])[],
): HTMLTableElement => {
  const style = (i: number) => (columns[i]?.isNumber ? 'number' : '');
  const head = columns.map(({ name }, i) =>
    make('th', { scope: 'col', className: style(i) }, name),
  );
  const body = rows.map((row) =>
    make(
      'tr',
      {},
      ...row.map((text, i) =>
        make(
          'td',
          { className: style(i), 'data-title': columns[i]?.name ?? '' },
          text,
        ),
      ),
    ),
  );
  return make(
    'table',
    { className: 'data' },
    make('thead', {}, make('tr', {}, ...head)),
    make('tbody', {}, ...body),
  );
};

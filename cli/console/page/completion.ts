import { make } from './dom.ts';

/** A table, by its whole name, and its columns. */
export interface Known {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

export interface Proposal {
  readonly text: string;
  readonly about: string;
}

const WORDS = [
  ...['SELECT', 'FROM', 'WHERE', 'GROUP BY', 'ORDER BY', 'LIMIT', 'JOIN'],
  ...['LEFT JOIN', 'ON', 'AND', 'OR', 'NOT', 'AS', 'DISTINCT', 'HAVING'],
  ...['count(*)', 'sum(', 'avg(', 'min(', 'max(', 'CASE WHEN', 'WITH', 'DESC'],
];

const MOST = 12;

/** What is written of a name before the cursor. */
export const wordBefore = (text: string): string =>
  /[A-Za-z_][\w.]*$/.exec(text)?.[0] ?? '';

/**
 * What a word may become: tables by their whole name or its last part, columns
 * of the tables that the query names before those of others, words of SQL.
 */
export const proposals = (
  word: string,
  query: string,
  tables: readonly Known[],
): Proposal[] => {
  const start = word.toLowerCase();
  const begins = (name: string) => name.toLowerCase().startsWith(start);
  const named = tables.filter(({ name }) => query.includes(name));
  const found = [
    ...tables
      .filter(({ name }) => begins(name) || begins(name.split('.')[1] ?? ''))
      .map(({ name }) => ({ text: name, about: 'table' })),
    ...(named.length > 0 ? named : tables).flatMap(({ name, columns }) =>
      columns
        .filter((column) => begins(column.name))
        .map((column) => ({
          text: column.name,
          about: `${column.type}, ${name}`,
        })),
    ),
    ...WORDS.filter(begins).map((text) => ({ text, about: 'SQL' })),
  ];
  const unique = new Map(found.toReversed().map((one) => [one.text, one]));
  return [...unique.values()]
    .reverse()
    .filter(({ text }) => text !== word)
    .slice(0, MOST);
};

/** Completes names in a text area, by keys or by the pointer. */
export const completeIn = (
  area: HTMLTextAreaElement,
  list: HTMLUListElement,
  tables: readonly Known[],
): void => {
  let shown: readonly Proposal[] = [];
  let at = -1;
  const before = () => area.value.slice(0, area.selectionStart);
  const close = () => {
    shown = [];
    list.hidden = true;
    list.replaceChildren();
    area.removeAttribute('aria-activedescendant');
  };
  const mark = (index: number) => {
    at = index;
    for (const [i, item] of [...list.children].entries())
      item.setAttribute('aria-selected', String(i === at));
    const active = list.children[at];
    if (active) {
      area.setAttribute('aria-activedescendant', active.id);
      active.scrollIntoView({ block: 'nearest' });
    }
  };
  const take = (index: number) => {
    const text = shown[index]?.text;
    if (text === undefined) return;
    const word = wordBefore(before());
    const end = area.selectionStart;
    area.setRangeText(text, end - word.length, end, 'end');
    close();
    area.focus();
  };
  const show = (isAsked: boolean) => {
    const word = wordBefore(before());
    if (word === '' && !isAsked) return close();
    shown = proposals(word, area.value, tables);
    if (shown.length === 0) return close();
    list.replaceChildren(
      ...shown.map(({ text, about }, i) => {
        const item = make(
          'li',
          { role: 'option', id: `completion-${i}`, 'aria-selected': 'false' },
          make('code', {}, text),
          make('span', { className: 'faint' }, about),
        );
        item.addEventListener('mousedown', (event) => {
          event.preventDefault();
          take(i);
        });
        return item;
      }),
    );
    list.hidden = false;
    mark(0);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => mark((at + 1) % shown.length),
    ArrowUp: () => mark((at + shown.length - 1) % shown.length),
    Enter: () => take(at),
    Tab: () => take(at),
    Escape: close,
  };
  area.addEventListener('input', () => show(false));
  area.addEventListener('blur', close);
  area.addEventListener('keydown', (event) => {
    if (event.ctrlKey && event.key === ' ') {
      event.preventDefault();
      return show(true);
    }
    const act = keys[event.key];
    if (shown.length === 0 || !act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  });
};

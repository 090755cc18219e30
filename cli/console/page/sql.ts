import type { PlanCard } from '../../../core/plan.ts';
import type { CardRows } from '../../../dashboards/cardRows.ts';
import { formatNumber } from '../../../dashboards/format.ts';
import { isNumber, shownCell } from './cells.ts';
import { chartIn } from './chart.ts';
import { completeIn, type Known } from './completion.ts';
import { make, need, tableOf } from './dom.ts';
import { get, post } from './server.ts';
import { onTheme } from './theme.ts';

interface Answer extends CardRows {
  readonly isCut: boolean;
  readonly seconds: number;
}

const MOST_SHOWN = 1000;

const area = need<HTMLTextAreaElement>('#query');
const problem = need<HTMLElement>('#problem');
const result = need<HTMLElement>('#result');
const told = need<HTMLElement>('#told');
const axes = need<HTMLFormElement>('#axes');
const asTable = need<HTMLElement>('#as-table');
const asChart = need<HTMLElement>('#as-chart');
const chart = chartIn(need<HTMLElement>('#chart'));
const saved = need<HTMLSelectElement>('#saved');
const database = need<HTMLSelectElement>('#database');
let last: { readonly query: object; readonly answer: Answer } | undefined;

const select = (name: string) =>
  need<HTMLSelectElement>(`select[name=${name}]`, axes);

const offer = (name: string, names: readonly string[], chosen = 0) => {
  const options = names.map((text) => make('option', {}, text));
  select(name).replaceChildren(...options);
  select(name).selectedIndex = Math.min(chosen, options.length - 1);
};

const drawChart = async (): Promise<void> => {
  if (!last || asChart.hidden) return;
  const [kind, x, y] = ['chart', 'x', 'y'].map((name) => select(name).value);
  const card = { title: '', chart: kind, x, y } as unknown as PlanCard;
  if (y) await chart.draw(card, last.answer);
};

const show = (as: string): void => {
  asTable.hidden = as !== 'table';
  asChart.hidden = as !== 'chart';
  for (const button of result.querySelectorAll<HTMLElement>('[data-show]'))
    button.setAttribute('aria-pressed', String(button.dataset.show === as));
  void drawChart();
};

const showRows = ({ columns, rows, isCut, seconds }: Answer): void => {
  const shown = rows.slice(0, MOST_SHOWN);
  asTable.replaceChildren(
    tableOf(
      columns.map((column) => ({
        name: column.name,
        isNumber: isNumber(column),
      })),
      shown.map((row) =>
        row.map((value, i) =>
          shownCell(value, columns[i] as { name: string; type: string }),
        ),
      ),
    ),
  );
  const count = `${isCut ? 'the first ' : ''}${formatNumber(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`;
  const part =
    rows.length > shown.length ? `, ${formatNumber(shown.length)} shown` : '';
  told.textContent = `${count}${part}, ${Math.round(seconds * 1000)} ms`;
};

const offerAxes = ({ columns, rows }: Answer): void => {
  const numbers = columns.filter(isNumber).map(({ name }) => name);
  const names = columns.map(({ name }) => name);
  const x = columns.findIndex((column) => !isNumber(column));
  offer('x', names, Math.max(0, x));
  offer('y', numbers);
  const canDraw = numbers.length > 0 && rows.length > 0;
  const button = need<HTMLButtonElement>('[data-show=chart]');
  button.disabled = !canDraw;
  if (!canDraw || asChart.hidden) show('table');
  else show('chart');
};

const ask = async (): Promise<void> => {
  const query = { sql: area.value.trim(), database: database.value };
  const button = need<HTMLButtonElement>('#ask button[type=submit]');
  button.disabled = true;
  problem.hidden = true;
  try {
    const answer = (await (await post('/api/sql', query)).json()) as Answer;
    last = { query, answer };
    showRows(answer);
    result.hidden = false;
    offerAxes(answer);
    const asked = new URLSearchParams({ q: query.sql });
    if (query.database) asked.set('in', query.database);
    history.replaceState(null, '', `?${asked}`);
  } catch (error) {
    result.hidden = true;
    problem.textContent = (error as Error).message;
    problem.hidden = false;
  }
  button.disabled = false;
};

const download = async (): Promise<void> => {
  if (!last) return;
  const answer = await post('/api/sql/csv', last.query);
  const link = make('a', {
    href: URL.createObjectURL(await answer.blob()),
    download: 'tributary.csv',
  });
  link.click();
  URL.revokeObjectURL(link.href);
};

need('#ask').addEventListener('submit', (event) => {
  event.preventDefault();
  void ask();
});
area.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void ask();
  }
});
document.addEventListener('click', (event) => {
  const button = (event.target as Element | null)?.closest<HTMLElement>(
    'button',
  );
  if (button?.dataset.show) show(button.dataset.show);
  if (button?.dataset.ask) {
    area.value = button.dataset.ask;
    void ask();
  }
});
/** A saved query comes into the editor, to be read before it is asked. */
saved.addEventListener('change', () => {
  const chosen = saved.selectedOptions[0]?.dataset;
  if (chosen?.sql === undefined) return;
  area.value = chosen.sql;
  database.value = chosen.database ?? '';
});
need('#csv').addEventListener('click', () => void download());
axes.addEventListener('change', () => void drawChart());
onTheme(() => void drawChart());

completeIn(area, need('#completions'), await get<Known[]>('/api/tables'));
const address = new URLSearchParams(location.search);
const given = address.get('q');
database.value = address.get('in') ?? '';
if (database.selectedIndex < 0) database.value = '';
if (given !== null) {
  area.value = given;
  await ask();
}

import { make, need } from './dom.ts';
import { follow, type StartedJob } from './job.ts';
import { get, post, reach, token } from './server.ts';

const pipeline = need<HTMLElement>('#pipeline').dataset.pipeline ?? '';
const base = `/api/pipelines/${encodeURIComponent(pipeline)}`;

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'date' | 'checkbox';
}

interface Action {
  readonly title: string;
  readonly text: string;
  readonly fields: readonly Field[];
  /** Asks what it would do before it is done. */
  readonly quote?: string;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  run: {
    title: 'Run',
    text: 'Fetches, transforms, checks and publishes. What is published stays until the new tables have passed their checks.',
    fields: [
      {
        name: 'date',
        label: 'Logical date (empty: the last complete period)',
        type: 'date',
      },
    ],
  },
  backfill: {
    title: 'Backfill',
    text: 'Runs the periods that are missing or failed.',
    fields: [
      { name: 'from', label: 'From (empty: the start date)', type: 'date' },
      {
        name: 'to',
        label: 'To (empty: the last complete period)',
        type: 'date',
      },
      {
        name: 'force',
        label: 'Also the periods that are published',
        type: 'checkbox',
      },
    ],
    quote: '/backfill/quote',
  },
  rollback: {
    title: 'Roll back',
    text: 'Takes back all tables of one run at once: readers see what they saw before it. The files stay.',
    fields: [],
  },
};

const valuesOf = (form: HTMLFormElement, run: string | undefined) => ({
  ...(run !== undefined && { run }),
  ...Object.fromEntries(
    [...form.querySelectorAll('input')].map(
      ({ type, name, value, checked }) => [
        name,
        type === 'checkbox' ? checked : value,
      ],
    ),
  ),
});

const fieldOf = ({ name, label, type }: Field) => {
  const input = make('input', { type, name });
  return make(
    'label',
    { className: 'field' },
    ...(type === 'checkbox' ? [input, ` ${label}`] : [label, input]),
  );
};

const open = (name: string, action: Action, run: string | undefined): void => {
  const said = make('p', { className: 'faint', role: 'status' });
  const problem = make('p', {
    className: 'error',
    role: 'alert',
    hidden: true,
  });
  const go = make(
    'button',
    { type: 'submit', className: 'primary' },
    action.title,
  );
  const cancel = make('button', { type: 'button' }, 'Cancel');
  const form = make(
    'form',
    {},
    make('h2', { id: 'dialog-title' }, `${action.title}: ${pipeline}`),
    make('p', {}, action.text),
    ...(name === 'rollback'
      ? [
          make(
            'p',
            {},
            run
              ? `The run is ${run}.`
              : 'The run is the one that was published last.',
          ),
        ]
      : []),
    ...action.fields.map(fieldOf),
    said,
    problem,
    make('div', { className: 'actions' }, cancel, go),
  );
  const dialog = make('dialog', { 'aria-labelledby': 'dialog-title' }, form);
  const fail = (error: unknown) => {
    problem.textContent = (error as Error).message;
    problem.hidden = false;
  };
  const quote = async () => {
    if (!action.quote) return;
    problem.hidden = true;
    said.textContent = '…';
    try {
      const answer = await post(base + action.quote, valuesOf(form, run));
      const { text } = (await answer.json()) as { text: string };
      said.textContent = text;
    } catch (error) {
      said.textContent = '';
      fail(error);
    }
  };
  cancel.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  form.addEventListener('change', () => void quote());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      const answer = await post(`${base}/${name}`, valuesOf(form, run));
      const job = (await answer.json()) as StartedJob;
      dialog.close();
      follow(job);
    } catch (error) {
      fail(error);
      go.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  void quote();
};

document.addEventListener('click', (event) => {
  const target = event.target as Element | null;
  const button = target?.closest<HTMLElement>('[data-action]');
  const name = button?.dataset.action ?? '';
  const action = ACTIONS[name];
  if (button && action) open(name, action, button.dataset.run);
});

if (token() === '') {
  need<HTMLElement>('#read-only').hidden = false;
  for (const button of document.querySelectorAll<HTMLButtonElement>(
    '[data-action]',
  ))
    button.disabled = true;
}

/** The flow as a part of the page, so that it has the page's colours. */
const showFlow = async (at: HTMLElement): Promise<void> => {
  try {
    const response = await reach(
      `/pipelines/${encodeURIComponent(pipeline)}/flow.svg`,
    );
    const text = await response.text();
    const picture = new DOMParser().parseFromString(text, 'image/svg+xml');
    at.replaceChildren(document.adoptNode(picture.documentElement));
  } catch (error) {
    at.textContent = (error as Error).message;
  }
};

const flow = document.querySelector<HTMLElement>('[data-flow]');
if (flow) void showFlow(flow);

const [running] = await get<StartedJob[]>(
  `/api/jobs?pipeline=${encodeURIComponent(pipeline)}`,
);
if (running) follow(running);

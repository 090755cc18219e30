import type { JobEvent } from '../jobs.ts';
import { make, need } from './dom.ts';

/** A job as the console names it. */
export interface StartedJob {
  readonly id: string;
  readonly kind: string;
  readonly pipeline: string;
  readonly startedAt: string;
}

type Step = Extract<JobEvent, { type: 'step' }>;

const nameOf = ({ progress }: Step) =>
  [progress.step, progress.source].filter(Boolean).join(' ');

/** The steps of a run as they begin and end, each with its time. */
const stepList = () => {
  const list = make('ol', { className: 'progress' });
  const began = new Map<string, { item: HTMLElement; at: number }[]>();
  const onStep = (event: Step) => {
    const name = nameOf(event);
    const at = new Date(event.at).getTime();
    if (event.progress.state === 'begins') {
      const item = make('li', { className: 'busy' }, name);
      list.append(item);
      began.set(name, [...(began.get(name) ?? []), { item, at }]);
      return;
    }
    const [first, ...rest] = began.get(name) ?? [];
    if (!first) return;
    began.set(name, rest);
    first.item.className = 'done';
    const took = ((at - first.at) / 1000).toFixed(1);
    first.item.append(make('span', { className: 'faint' }, ` ${took} s`));
  };
  return { list, onStep };
};

/** Shows the page's content anew; what the job has told stays. */
const refresh = async (panel: HTMLElement): Promise<void> => {
  const response = await fetch(location.href);
  if (!response.ok) return;
  const text = await response.text();
  const fresh = new DOMParser().parseFromString(text, 'text/html');
  const content = fresh.querySelector('#content');
  if (!content || document.querySelector('[data-dashboard]')) return;
  const flow = document.querySelector('[data-flow]');
  if (flow) content.querySelector('[data-flow]')?.replaceWith(flow);
  content.querySelector('#job')?.replaceWith(panel);
  need('#content').replaceWith(document.adoptNode(content));
};

/** Follows a job to its end, as the console tells of it. */
export const follow = ({ id, kind, pipeline }: StartedJob): void => {
  const panel = need<HTMLElement>('#job');
  const { list, onStep } = stepList();
  const title = make('h2', {}, `${kind} of ${pipeline}`);
  title.className = 'busy';
  const lines = make('pre', { className: 'lines', hidden: true });
  panel.replaceChildren(title, list, lines);
  panel.hidden = false;
  panel.dataset.state = 'running';
  const events = new EventSource(`/api/jobs/${id}/events`);
  events.addEventListener('message', ({ data }) => {
    const event = JSON.parse(data) as JobEvent;
    if (event.type === 'step') onStep(event);
    else {
      lines.hidden = false;
      lines.append(`${event.text}\n`);
    }
    if (event.type !== 'end') return;
    events.close();
    title.className = event.isDone ? 'done' : 'failed';
    panel.dataset.state = event.isDone ? 'done' : 'failed';
    if (event.run) {
      const href = `/pipelines/${encodeURIComponent(pipeline)}/runs/${event.run}`;
      panel.append(make('p', {}, make('a', { href }, 'Look at the run')));
    }
    void refresh(panel);
  });
  events.addEventListener('error', () => {
    if (events.readyState !== EventSource.CLOSED) return;
    lines.hidden = false;
    lines.append('the console does not answer any more\n');
  });
};

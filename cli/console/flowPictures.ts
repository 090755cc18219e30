import { Worker } from 'node:worker_threads';
import type { Plan } from '../../core/plan.ts';

const draw = (plan: Plan): Promise<string> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./flowWorker.ts', import.meta.url), {
      workerData: plan,
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the flow was not drawn')));
  });

/** Draws flows beside all else, each definition once. */
export const flowPictures = (): ((plan: Plan) => Promise<string>) => {
  const drawn = new Map<string, Promise<string>>();
  return (plan) => {
    const key = JSON.stringify(plan);
    const known = drawn.get(key);
    if (known) return known;
    const picture = draw(plan);
    drawn.set(key, picture);
    picture.catch(() => drawn.delete(key));
    return picture;
  };
};

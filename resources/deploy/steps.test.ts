import { empty } from './steps.ts';

const removal = (isKept: boolean, isProtected: boolean) => {
  const looked: string[] = [];
  const done = empty({
    ...{ stage: 'prod', isKept, isProtected: async () => isProtected },
    resource: async (id) => {
      looked.push(id);
      return undefined;
    },
  });
  return { done, looked };
};

test.each([
  ['by its settings', true, false],
  ['by what is deployed, whatever the settings say', false, true],
])('a stage that is kept %s is not emptied', async (_, kept, isProtected) => {
  const { done, looked } = removal(kept, isProtected);
  await expect(done).rejects.toThrow('prod keeps its data and is not removed');
  expect(looked).toEqual([]);
});

test('another is, each bucket of it', async () => {
  const { done, looked } = removal(false, false);
  await done;
  expect(looked).toContain('LakeBucket');
  expect(looked).toContain('LandingBucket');
});

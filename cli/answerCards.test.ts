import { localPlatform } from '../platform/local/localPlatform.ts';
import { PIPELINES } from '../test/support/testLake.ts';
import { answerCards } from './answerCards.ts';

const { definitions } = localPlatform({ lake: '.', pipelines: PIPELINES });

test('cards of one query ask it once, and each has its answer', async () => {
  const plan = await definitions.plan('arrivals');
  const asked: string[] = [];
  const answers = await answerCards(plan, {}, async (sql) => {
    asked.push(sql);
    return { columns: [{ name: sql, type: 'VARCHAR' }], rows: [] };
  });
  const texts = plan.dashboard.map(({ sql }) => sql.text);
  expect(answers.map(({ columns }) => columns[0]?.name)).toEqual(texts);
  expect(asked).toEqual([...new Set(texts)]);
  expect(asked.length).toBeLessThan(texts.length);
});

test('a card that does not fit is named with its file', async () => {
  const plan = await definitions.plan('loans');
  const failing = answerCards(plan, {}, async () => {
    throw new Error('no such column');
  });
  await expect(failing).rejects.toThrow(
    /card "Loans on the latest day" does not fit .*no such column/,
  );
});

import { accounts } from './runPeriods.ts';

const of = (dollars: number) => ({
  pipeline: 'shop',
  result: { run: 'r' },
  ledger: { cost: { dollars } } as never,
});

test('runs side by side are counted before they end', () => {
  const account = accounts({ budget: { dollars: 1, perRun: 0.4 } });
  expect(account.refuse()).toBeUndefined();
  account.begin();
  expect(account.refuse()).toBeUndefined();
  account.begin();
  expect(account.refuse()).toContain('$0 spent');
});

test('runs that cost more than was quoted stop it sooner', () => {
  const account = accounts({ budget: { dollars: 1, perRun: 0.1 } });
  account.begin();
  account.end(of(0.6));
  expect(account.refuse()).toBe(
    'the budget of $1 would be exceeded: $0.60 spent, with it $1.20',
  );
});

test('to the last cent, and without a budget to no end', () => {
  const account = accounts({ budget: { dollars: 0.3, perRun: 0.1 } });
  for (const _ of [1, 2]) {
    account.begin();
    account.end(of(0.1));
  }
  expect(account.refuse()).toBeUndefined();
  const endless = accounts({});
  endless.begin();
  endless.end(of(1e9));
  expect(endless.refuse()).toBeUndefined();
});

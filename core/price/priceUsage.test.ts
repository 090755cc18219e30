import { PRICES } from './priceBook.ts';
import { priceUsage, type Usage } from './priceUsage.ts';

const NOTHING: Usage = {
  lambdas: [],
  transitions: 0,
  dpuSeconds: 0,
  scans: [],
  puts: 0,
  gets: 0,
  storedBytes: 0,
  schedules: 0,
};
const lambda = (changes: object) => ({
  memory: 1024,
  seconds: 1,
  architecture: 'arm64' as const,
  ...changes,
});

// Each sum was made by hand from the list price; a Lambda has its request, too.
test.each<[string, Partial<Usage>, number]>([
  ['nothing', {}, 0],
  ['a GB-second of arm64', { lambdas: [lambda({})] }, 0.000013533],
  [
    'a GB-second of x86_64',
    { lambdas: [lambda({ architecture: 'x86_64' })] },
    0.000016867,
  ],
  [
    'half the memory for twice as long',
    { lambdas: [lambda({ memory: 512, seconds: 2 })] },
    0.000013533,
  ],
  [
    'a millisecond that was begun',
    { lambdas: [lambda({ seconds: 999.0001 })] },
    0.01332028,
  ],
  ['the disk that is free', { lambdas: [lambda({ disk: 512 })] }, 0.000013533],
  [
    '10 GB of disk: 9.5 are paid, for 100 s',
    { lambdas: [lambda({ disk: 10_240, seconds: 100 })] },
    0.001362895,
  ],
  ['1,000 transitions', { transitions: 1000 }, 0.025],
  ['two DPUs for half an hour', { dpuSeconds: 3600 }, 0.44],
  ['a TB scanned', { scans: [1e12] }, 5],
  ['two queries that scan next to nothing', { scans: [0, 1] }, 0.0001],
  ['a scan of 10.1 MB', { scans: [10_100_000] }, 0.000055],
  ['1,000 writes', { puts: 1000 }, 0.005],
  ['1,000 reads', { gets: 1000 }, 0.0004],
  ['a GiB for a month', { storedBytes: 1_073_741_824 }, 0.023],
  ['a million starts', { schedules: 1e6 }, 1],
  [
    'all together',
    {
      lambdas: [lambda({}), lambda({ architecture: 'x86_64' })],
      transitions: 10,
      dpuSeconds: 60,
      scans: [0],
      puts: 10,
      gets: 10,
      storedBytes: 0,
      schedules: 1,
    },
    // 0.000013333 + 0.000016667 + 0.0000004 + 0.00025 + 0.007333333 + 0.00005
    // + 0.00005 + 0.000004 + 0.000001
    0.007718733,
  ],
])('%s', (_, used, dollars) => {
  const cost = priceUsage({ ...NOTHING, ...used });
  expect(cost.dollars).toBeCloseTo(dollars, 9);
  const total = cost.lines.reduce((sum, line) => sum + line.dollars, 0);
  expect(total).toBeCloseTo(cost.dollars, 9);
});

test('what was not used has no line', () => {
  const { lines } = priceUsage({ ...NOTHING, transitions: 7 });
  expect(lines).toEqual([
    {
      service: 'Step Functions',
      what: 'transitions',
      quantity: 7,
      dollars: 0.000175,
    },
  ]);
});

test('every price has a page of AWS', () => {
  const pages = Object.values(PRICES).map(({ source }) => source);
  expect(
    pages.filter((url) => !/^https:\/\/aws\.amazon\.com\/.+\/$/.test(url)),
  ).toEqual([]);
});

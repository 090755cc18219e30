import {
  type HttpFrom,
  isHttp,
  readsPages,
  sourceBefore,
  wavesOf,
} from './http.ts';
import type { Source, SourceKind } from './source.ts';

const PERIOD = ['yyyy', 'MM', 'dd'];
/** Sources whose pages may be JSON, each a document of its own. */
const OF_JSON: readonly SourceKind[] = ['rest', 'json', 'files'];

/** The names in braces of a template. */
export const tokensOf = (template: string): string[] =>
  [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** The names that a request can be made of; none are known of an index. */
const namesOf = ({ forEach }: HttpFrom): string[] | undefined => {
  if (!forEach) return PERIOD;
  if ('index' in forEach) return undefined;
  return 'values' in forEach
    ? [...PERIOD, ...Object.keys(forEach.values)]
    : [...PERIOD, forEach.column];
};

const limitFaults = ({ limits = {} }: HttpFrom): string[] =>
  Object.entries(limits)
    .filter(([, value]) => !(value > 0))
    .map(([name, value]) => `limits.${name} is ${value}: it must be above 0`);

const templateFaults = (source: Source, from: HttpFrom): string[] => {
  const urls = [from.url].flat();
  const params = Object.values(from.params ?? {});
  const texts = [
    ...urls,
    ...params.filter((value) => typeof value === 'string'),
  ];
  const names = namesOf(from);
  const unknown = texts
    .flatMap(tokensOf)
    .filter((token) => names && !names.includes(token))
    .map(
      (token) =>
        `{${token}} in its address stands for nothing: known are ` +
        `${names?.join(', ')}`,
    );
  const isMany = urls.length > 1 || from.forEach || from.paging;
  return [
    ...new Set(unknown),
    ...(isMany && !source.recording.files.includes('*')
      ? [
          `it lands several files, so that its \`files\` needs a * for ` +
            `their names: ${source.recording.files}`,
        ]
      : []),
    ...(source.scope !== 'period' &&
    texts.flatMap(tokensOf).some((token) => PERIOD.includes(token)) &&
    names?.length === PERIOD.length
      ? [`its address names a period but its scope is "${source.scope}"`]
      : []),
  ];
};

const forEachFaults = (
  { forEach }: HttpFrom,
  sources: readonly Source[],
): string[] => {
  if (!forEach || !('source' in forEach)) return [];
  const { source: name, column, maxFailed = 0 } = forEach;
  const before = sources.find((other) => other.name === name);
  return [
    ...(before
      ? []
      : [`forEach is on ${name}, which is no source of this pipeline`]),
    ...(before && !Object.hasOwn(before.columns, column)
      ? [`forEach: ${name} has no column "${column}"`]
      : []),
    ...(maxFailed >= 0 && maxFailed <= 1
      ? []
      : ['forEach: maxFailed is a share between 0 and 1']),
  ];
};

/** What only pages of JSON have a place for. */
const pageFaults = (
  { kind }: Source,
  { forEach, paging }: HttpFrom,
): string[] => [
  ...(forEach && 'source' in forEach && kind !== 'rest'
    ? [
        `forEach: the values of ${forEach.source} are added to pages of JSON: ` +
          `use rest in place of ${kind}`,
      ]
    : []),
  ...(paging && readsPages(paging) && !OF_JSON.includes(kind)
    ? [
        `paging: "${paging.style}" reads from pages of JSON what comes next: ` +
          `use rest in place of ${kind}`,
      ]
    : []),
];

/** A page that is the list of its records has nothing beside them. */
const listFaults = ({ recording, columns, from }: Source): string[] => {
  const { form } = recording;
  if (form.format !== 'json' || form.records !== null) return [];
  const { paging, forEach } = (from ?? {}) as Partial<HttpFrom>;
  const isOfPage = paging && readsPages(paging);
  const found = [
    ...(isOfPage ? [`paging of style "${paging.style}" reads a member`] : []),
    ...(forEach && 'source' in forEach
      ? [`forEach on rows of ${forEach.source} adds a member to each page`]
      : []),
    ...Object.entries(columns)
      .filter(([, column]) => column.from?.trim().startsWith('/'))
      .map(([name, column]) => `column ${name} is read from "${column.from}"`),
  ];
  return found.map(
    (fault) =>
      `${fault}, and a page without \`records\` is a list: it has no members`,
  );
};

/** Sources that wait for each other, where all that they wait for is there. */
const orderFaults = (sources: readonly Source[]): string[] => {
  const names = new Set(sources.map(({ name }) => name));
  const areThere = sources.every(({ from }) => {
    const before = sourceBefore(from);
    return before === undefined || names.has(before);
  });
  if (!areThere) return [];
  try {
    wavesOf(sources);
    return [];
  } catch {
    return ['its sources wait for the rows of each other: see forEach'];
  }
};

/** What is wrong with the addresses of sources. */
export const httpFaults = (sources: readonly Source[]): string[] => [
  ...sources.flatMap((source) => {
    const from = source.from as unknown as HttpFrom;
    return [
      ...(isHttp(source.from)
        ? [
            ...templateFaults(source, from),
            ...limitFaults(from),
            ...forEachFaults(from, sources),
            ...pageFaults(source, from),
          ]
        : []),
      ...listFaults(source),
    ].map((fault) => `source ${source.name}: ${fault}`);
  }),
  ...orderFaults(sources),
];

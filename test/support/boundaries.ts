import type { Import } from './imports.ts';

/** What each folder may import, besides itself: see docs/architecture.md. */
const BELOW = {
  core: [],
  pipelines: ['core'],
  engine: ['core'],
  platform: ['core'],
  dashboards: ['core'],
  layers: ['core'],
  resources: ['functions', 'platform', 'layers', 'core'],
  functions: ['engine', 'platform', 'dashboards', 'core'],
  cli: ['resources', 'functions', 'engine', 'platform', 'dashboards', 'core'],
} as const;

type Layer = keyof typeof BELOW;

const layerOf = (file: string) => file.split('/')[0] as Layer;

/** What is not shipped: it may look anywhere, and only its like at it. */
const isTest = (file: string) =>
  !(layerOf(file) in BELOW) ||
  /\.(test|types)\.ts$|Subject\.ts$|\/(testing|contract)\//.test(file);

const fault = ({ from, to }: Import): string | undefined => {
  if (isTest(from)) return undefined;
  if (isTest(to)) return 'what is shipped imports what is not';
  const [a, b] = [layerOf(from), layerOf(to)];
  if (b === 'pipelines' && from.split('/')[1] !== to.split('/')[1])
    return /^pipelines\/[^/]+\.ts$/.test(to) && a === b
      ? undefined
      : 'nobody imports a pipeline by name';
  const allowed: readonly string[] = BELOW[a];
  if (a === b || allowed.includes(b)) return undefined;
  return allowed.length
    ? `${a} imports ${allowed.join(', ')} alone`
    : `${a} imports nothing of the project`;
};

/** The imports that go the wrong way, and which rule each breaks. */
export const violations = (imports: readonly Import[]): string[] =>
  imports
    .flatMap((one) => {
      const why = fault(one);
      return why ? [`${one.from} imports ${one.to}: ${why}`] : [];
    })
    .sort();

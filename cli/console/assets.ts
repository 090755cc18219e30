import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { transformSync } from 'amaro';
import { Hono } from 'hono';
import { loadGeography } from '../../dashboards/picture/loadGeography.ts';
import { ROOT } from '../context.ts';

const require = createRequire(import.meta.url);

/** What a browser may ask for, each by its own pattern: no path is free. */
const MODULE =
  /^(core|dashboards|dashboards\/charts|cli\/console\/page)\/[A-Za-z]+\.ts$/;
const STATIC = /^[a-z-]+\.(css|js|svg)$/;
const FONT = /^Arimo-(Regular|Bold)\.ttf$/;

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  ttf: 'font/ttf',
};

interface Asset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly tag: string;
}

const asset = (content: string | Buffer, ending: string): Asset => {
  const body = new Uint8Array(Buffer.from(content));
  const hash = createHash('sha256').update(body).digest('base64url');
  return { body, type: TYPES[ending] ?? '', tag: `"${hash.slice(0, 22)}"` };
};

/** The same module as here, its types blanked out: there is no build. */
const browserModule = async (path: string): Promise<Asset> => {
  const source = await readFile(join(ROOT, path), 'utf8');
  return asset(transformSync(source, { mode: 'strip-only' }).code, 'js');
};

const readers: Readonly<
  Record<string, (name: string) => Promise<Asset> | undefined>
> = {
  src: (path) => (MODULE.test(path) ? browserModule(path) : undefined),
  static: (name) =>
    STATIC.test(name)
      ? readFile(join(import.meta.dirname, 'static', name)).then((body) =>
          asset(body, name.split('.').at(-1) ?? ''),
        )
      : undefined,
  fonts: (name) =>
    FONT.test(name)
      ? readFile(join(ROOT, 'dashboards', 'fonts', name)).then((body) =>
          asset(body, 'ttf'),
        )
      : undefined,
  vendor: (name) =>
    name === 'echarts.js'
      ? readFile(require.resolve('echarts/dist/echarts.esm.min.mjs')).then(
          (body) => asset(body, 'js'),
        )
      : undefined,
  geography: (name) =>
    name === 'states.json' || name === 'counties.json'
      ? loadGeography().then((all) =>
          asset(
            JSON.stringify(all[name === 'states.json' ? 'states' : 'counties']),
            'json',
          ),
        )
      : undefined,
};

/**
 * Style, scripts, fonts, ECharts and the outlines of maps, all from this
 * machine. They are read once, and a browser asks only whether they changed.
 */
export const assets = (): Hono => {
  const kept = new Map<string, Promise<Asset>>();
  const read = (kind: string, name: string): Promise<Asset> | undefined => {
    const key = `${kind}/${name}`;
    const known = kept.get(key);
    if (known) return known;
    const found = readers[kind]?.(name);
    if (!found) return undefined;
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    return found;
  };
  const app = new Hono();
  for (const kind of Object.keys(readers))
    app.get(`/${kind}/*`, async (c) => {
      const name = c.req.path.slice(kind.length + 2);
      const found = await read(kind, name)?.catch(() => undefined);
      if (!found) return c.text('not found', 404);
      c.header('cache-control', 'no-cache');
      c.header('etag', found.tag);
      if (c.req.header('if-none-match') === found.tag) return c.body(null, 304);
      return c.body(found.body, 200, { 'content-type': found.type });
    });
  return app;
};

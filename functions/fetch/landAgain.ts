import { createReadStream } from 'node:fs';
import { SourceError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import { algorithmOf } from '../shared/digest.ts';
import { runKeyOf } from '../shared/keys.ts';
import { countRecords } from './countRecords.ts';
import { newDigester } from './digest.ts';
import type { Lander } from './lander.ts';
import { findManifest, type Manifest, type ManifestFile } from './manifest.ts';

/** Checks a file's bytes against its manifest, and counts them anew. */
const recount = async (
  source: PlanSource,
  file: ManifestFile,
  local: string,
): Promise<number> => {
  const { path, bytes, offset: start = 0 } = file;
  const digester = newDigester(algorithmOf(file.digest));
  async function* digested() {
    const end = start + bytes - 1;
    for await (const chunk of createReadStream(local, { start, end })) {
      digester.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  }
  const chunks = bytes > 0 ? digested() : [];
  const records = await countRecords(source, { path, local, bytes }, chunks);
  if (source.form.format === 'parquet') for await (const _ of digested());
  if (digester.end() !== file.digest)
    throw new SourceError('the landed bytes are not those that were received', {
      source: source.name,
      file: path,
    });
  return records;
};

const readLanding = async (
  platform: Platform,
  { name }: PlanSource,
  from: string | undefined,
): Promise<Manifest> => {
  const manifest =
    from === undefined
      ? undefined
      : await findManifest(platform, `${from}manifest.json`);
  if (manifest === undefined)
    throw new SourceError(
      `what landed is not there any more (${from ?? 'nothing landed'}): a ` +
        'clean has removed it, or the source is new. Run the pipeline on its ' +
        'input',
      { source: name },
    );
  if (manifest.jdbc)
    throw new SourceError(
      `nothing of it landed: the job read ${manifest.from} itself. Run the ` +
        'pipeline again',
      { source: name },
    );
  return manifest;
};

/**
 * Lands what an earlier run landed, from the folders of landing by source. The
 * records are counted by today's definition.
 */
export const landAgain =
  (landings: Readonly<Record<string, string>>): Lander =>
  async ({ platform, source, folder }) => {
    const { store } = platform;
    const before = await readLanding(platform, source, landings[source.name]);
    const today = before.live ? { ...source, ...source.live } : source;
    const keys = new Set(before.files.map(({ key }) => key));
    // Runs that it referred to have packs of the same names.
    const target = (key: string) => {
      const { run, path } = runKeyOf(key) ?? { run: '', path: '' };
      return `${folder}${run === before.run ? '' : `of-${run}/`}${path}`;
    };
    for (const key of keys)
      await store.copy(await store.local(key), target(key), 'later');
    const files: ManifestFile[] = [];
    for (const file of before.files) {
      const key = target(file.key);
      const local = await store.local(key);
      const records = await recount(today, file, local);
      files.push({ ...file, key, records });
    }
    return { files, from: before.from };
  };

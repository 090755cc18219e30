import type { Period } from '../../core/period.ts';
import type { Plan, PlanSource } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import type { ManifestText } from './manifestText.ts';
import type { Part } from './parts.ts';

/** What a source is landed for, and where to. */
export interface LandContext {
  readonly platform: Platform;
  readonly plan: Plan;
  readonly source: PlanSource;
  readonly run: string;
  readonly date: string;
  readonly period: Period;
  /** Where the landed objects go: a prefix of keys, with a `/` at its end. */
  readonly folder: string;
  /** A folder of this machine for half-finished files; it may not exist yet. */
  readonly scratch: string;
  /** The watermark of the published run, for a source of scope `changes`. */
  readonly watermark?: string;
  /** Which part of the source's files, where they land in several. */
  readonly part?: Part;
  /** What the run landed before this source, by source. */
  readonly landed: (source: string) => Promise<Manifest>;
}

/** What a lander landed. It writes no manifest: that is the handler's. */
export interface Landing
  extends Pick<Manifest, 'reused' | 'requests' | 'notices' | 'live' | 'jdbc'> {
  /** In the order of their paths. */
  readonly files: readonly ManifestFile[];
  /** Those of many as text: `files` are none then. */
  readonly text?: ManifestText;
  /** Where from, without anything secret in it. */
  readonly from: string;
}

/**
 * Lands the bytes of one source below `folder`. An object is whole as soon as
 * it is there.
 * @throws SourceError that names the source, and the file where one is wrong.
 */
export type Lander = (context: LandContext) => Promise<Landing>;

export declare const joinModules: (
  root: string,
  entryPoints: Readonly<Record<string, string>>,
  folder: string,
) => Promise<{
  readonly sources: readonly string[];
  readonly outputs: Readonly<Record<string, number>>;
}>;
export declare const bundleCommand: (root: string) => Promise<void>;

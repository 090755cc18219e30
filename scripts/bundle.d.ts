export declare const joinModules: (
  root: string,
  entryPoints: Readonly<Record<string, string>>,
  folder: string,
) => Promise<string[]>;
export declare const bundleCommand: (root: string) => Promise<void>;

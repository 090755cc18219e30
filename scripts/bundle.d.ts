export declare const bundleCommand: (root: string) => Promise<void>;

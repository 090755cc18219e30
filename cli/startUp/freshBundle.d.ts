export declare const BUNDLES: string;
export declare const INDEX: string;
export declare const INSTALLED: string;
export declare const stampOf: (path: string) => string;
export declare const freshBundle: (root: string) => string | undefined;

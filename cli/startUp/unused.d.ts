export declare const UNUSED: Readonly<Record<string, readonly string[]>>;
export declare const stubOf: (names: readonly string[]) => string;

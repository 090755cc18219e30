export declare const kindOf: (args: readonly string[]) => string | undefined;

export declare const JOINED: unique symbol;
export declare const SCRIPT: string;
export declare const runJoined: (
  folder: string,
  name?: string,
) => Record<string, unknown>;

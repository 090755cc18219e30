/** A length of time in seconds. */
export type Seconds = number;
export const minutes = (n: number): Seconds => n * 60;
export const hours = (n: number): Seconds => n * 3600;
export const days = (n: number): Seconds => n * 86_400;

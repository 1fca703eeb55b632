/** Prints a figure beside what it is measured against. */
export function figure(name: string, value: string, against = ''): void {
  process.stdout.write(`${name.padEnd(52)} ${value.padStart(16)}  ${against}\n`);
}

export const rate = (count: number, seconds: number): string => `${Math.round(count / seconds)}/s`;
export const ms = (value: number): string => `${value.toFixed(1)} ms`;

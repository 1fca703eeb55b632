/** `3 days ahead of`, `125 seconds behind`: how far a clock is from another, whose name follows. */
export function skewInWords(skewMs: number): string {
  const seconds = Math.abs(skewMs) / 1000;
  const [amount, unit] =
    seconds >= 129_600
      ? [seconds / 86_400, 'days']
      : seconds >= 5_400
        ? [seconds / 3_600, 'hours']
        : [seconds, 'seconds'];
  return `${Math.round(amount)} ${unit} ${skewMs > 0 ? 'ahead of' : 'behind'}`;
}

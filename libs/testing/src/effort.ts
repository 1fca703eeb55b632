/**
 * How often a property is tried, or how much an exhaustive test does: `usual` in `npm test`, times TEST_EFFORT, which
 * `npm run test:soak` sets to 10.
 */
export function effort(usual: number): number {
  return Math.ceil(usual * Number(process.env.TEST_EFFORT ?? 1));
}

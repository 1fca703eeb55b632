/**
 * Room for young objects, in MiB of each half. Events live for moments; with the 16 MiB that Node takes by itself many
 * are still in use when it clears up, and are copied for nothing.
 */
export const SEMI_SPACE = '--max-semi-space-size=32';

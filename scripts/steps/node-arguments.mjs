/**
 * Room for young objects, in MiB of each half. Events live for moments; with the 16 MiB that Node takes by itself many
 * are still in use when it clears up, and are copied for nothing. With 64 a fifth of the processor time of Node is gone
 * under full load (docs/adr/0008); a process that has been busy keeps up to a hundred MiB more.
 */
export const SEMI_SPACE = '--max-semi-space-size=64';

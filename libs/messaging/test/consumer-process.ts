import type { EventBus } from '../src/event-bus.js';

/**
 * What a process does that consumes `record-events` and never ends a batch, to be killed: it says `ready` and then the
 * size and the try of each batch that it begins, a line each.
 */
export async function consumeForEver(bus: EventBus): Promise<void> {
  await bus.consume('record-events', 'events.accepted', (batch) => {
    process.stdout.write(`${batch.length} ${batch[0]!.attempt}\n`);
    return new Promise(() => undefined);
  });
  process.stdout.write('ready\n');
}

/** Such a process gives nothing up. */
export const noDeadLetters = { add: () => Promise.reject(new Error('This process gives nothing up')) };

export { generateEvents, type GenerateOptions } from './generate-events.js';
export { PEOPLE, type Person } from './people.js';
export type { ProducedEvent } from './produced-event.js';
export { pushOverHttp, type PushOptions, type PushReceipt } from './push-over-http.js';
export { runSeed, type SeedContext } from './seed.command.js';
export { Simulator, type SimulatorOptions } from './simulator.js';
export { stories } from './stories/stories.js';
export type { Story, StoryOptions } from './stories/story.js';

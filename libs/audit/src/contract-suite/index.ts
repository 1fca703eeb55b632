export { CHECKPOINTED, TAMPERING, TRAIL_SIZE, type TamperingCase } from './tampering.js';

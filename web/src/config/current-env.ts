import { readEnv } from './env';

/** The settings this build was made with. */
export const env = readEnv(import.meta.env);

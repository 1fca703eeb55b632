// Lets a child process of a test run our TypeScript sources: `node --conditions=mcm-source --import this-file x.ts`.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);

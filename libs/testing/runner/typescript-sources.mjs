// `node --conditions=mcm-source --import <this file> some.ts` runs the workspace from its sources, as the tests do.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);

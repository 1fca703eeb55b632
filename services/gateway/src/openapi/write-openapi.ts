// Writes openapi.json of this package; the web client is generated from that file.
import { writeFile } from 'node:fs/promises';
import { openApiText } from './openapi-text.js';

await writeFile(new URL('../../openapi.json', import.meta.url), await openApiText());

// Writes openapi.json and access-table.md of this package; the web client is generated from the former.
import { writeFile } from 'node:fs/promises';
import { accessTable } from './access-table.js';
import { openApiDocument } from './openapi-document.js';
import { describedGateway, openApiText } from './openapi-text.js';

await writeFile(new URL('../../openapi.json', import.meta.url), await openApiText());
await writeFile(
  new URL('../../access-table.md', import.meta.url),
  accessTable(openApiDocument(await describedGateway())),
);

import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { contractSchemas } from './contract-schemas.js';
import { describeAccess } from './describe-access.js';

/** Describes the API of an application, from what its controllers declare. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Mini Compliance Monitor')
    .setDescription(
      'Security events in, explained findings out. Every path also works with a trailing slash; unknown query ' +
        'parameters are refused; errors are application/problem+json (RFC 9457).',
    )
    .setVersion('0.1.0')
    .addServer('/', 'This gateway')
    .addBearerAuth({ type: 'http', description: 'An API key: `mcm_<id>_<secret>`.' }, 'key')
    .addSecurityRequirements('key')
    .addTag('access', 'Who the caller is, and how to sign in')
    .addTag('people', 'The people who may sign in')
    .addTag('keys', 'API keys of programs')
    .addTag('audit', 'What was done in the product, and the proof that nothing of it was changed')
    .addTag('events', 'Push and read events')
    .addTag('archive', 'Days of events that were archived')
    .addTag('findings', 'Results of the rules')
    .addTag('enrichment', 'Risk scores and explanations')
    .addTag('stats', 'Statistics for the dashboard')
    .addTag('live', 'Live updates')
    .addTag('rules', 'The rules in force, previews, and runs over stored events')
    .addTag('dead letters', 'Messages and items that could not be processed')
    .addTag('settings', 'Settings that people change')
    .addTag('storage', 'What is stored, how long it is kept, and legal holds')
    .addTag('health', 'State of the process and its parts')
    .build();
  const document = SwaggerModule.createDocument(app, base, { autoTagControllers: false });
  describeAccess(app, document);
  return { ...document, paths: sorted(document.paths), components: sortedComponents(document.components) };
}

function sortedComponents(components: OpenAPIObject['components']): OpenAPIObject['components'] {
  return { ...components, schemas: sorted({ ...components?.schemas, ...contractSchemas() }) };
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

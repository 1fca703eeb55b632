import { defineSource } from '../source.js';
import { DELIVERY_HEADER, EVENT_HEADER, githubDelivery } from './github-records.js';
import { checkGithubSignature, SIGNATURE_HEADER } from './github-signature.js';
import { GITHUB_FIELDS } from './github.fields.js';

/** The audit log of GitHub, as its REST API or its streaming delivers it, and webhooks. */
export const github = defineSource({
  name: 'github',
  title: 'GitHub',
  logsources: [{ product: 'github', service: 'audit' }],
  headers: [EVENT_HEADER, DELIVERY_HEADER, SIGNATURE_HEADER],
  itemHeaders: [EVENT_HEADER, DELIVERY_HEADER],
  verification: {
    check: checkGithubSignature,
    namesOf: (headers) => ({
      delivery: headers[DELIVERY_HEADER] ?? '',
      event: headers[EVENT_HEADER] ?? '',
    }),
  },
  contentType: {
    form: {
      header: EVENT_HEADER,
      advice:
        'GitHub sends this webhook as a form; set its content type to application/json (Settings → Webhooks → Edit).',
    },
  },
  idField: '_document_id',
  delivery: githubDelivery,
  modelFields: GITHUB_FIELDS,
  documentation: {
    takes: 'the audit log (REST, streaming), webhooks',
    ids: '`_document_id`, `X-GitHub-Delivery`',
    eventTypes: '`github.<action>`, `github.<event>.<action>`',
  },
  example: {
    summary: 'Records of the GitHub audit log',
    wrap: (records) => [...records],
    record: {
      _document_id: 'doc-1',
      '@timestamp': 1_795_428_000_000,
      action: 'repo.create',
      actor: 'alice',
      repo: 'example/site',
    },
    eventType: 'github.repo.create',
  },
});

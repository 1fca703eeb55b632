import { defineSource } from '../source.js';
import { googleWorkspaceDelivery } from './google-workspace-activities.js';
import { GOOGLE_WORKSPACE_FIELDS } from './google-workspace.fields.js';

/** Activities of Google Workspace, as its Reports API has them. */
export const googleWorkspace = defineSource({
  name: 'google-workspace',
  title: 'Google Workspace',
  // Public rules know the activities only as the export to Google Cloud has them; ours name the product itself.
  logsources: [
    { product: 'google_workspace', service: 'activity' },
    { product: 'gcp', service: 'google_workspace.admin' },
    { product: 'gcp', service: 'google_workspace.login' },
  ],
  headers: [],
  // Activities are fetched and pushed by the operator, not delivered by Google.
  verification: null,
  // An activity is known by several fields together.
  idField: null,
  delivery: googleWorkspaceDelivery,
  modelFields: GOOGLE_WORKSPACE_FIELDS,
  documentation: {
    takes: 'pages of the Reports API `{"items": […]}`',
    ids: 'time, qualifier and place in the activity',
    eventTypes: '`google_workspace.<application>.<name>`',
  },
  example: {
    summary: 'A page of the Reports API',
    wrap: (items) => ({ kind: 'admin#reports#activities', items: [...items] }),
    record: {
      id: {
        uniqueQualifier: '-7001',
        time: '2026-11-23T10:00:00.123Z',
        applicationName: 'admin',
        customerId: 'C01',
      },
      actor: { email: 'alice@example.com' },
      events: [{ type: 'USER_SETTINGS', name: 'CHANGE_PASSWORD' }],
    },
    eventType: 'google_workspace.admin.CHANGE_PASSWORD',
  },
});

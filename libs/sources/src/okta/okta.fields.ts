import type { ModelFields } from '../model-fields.js';

/** The System Log of Okta. */
export const OKTA_FIELDS: ModelFields = {
  word: [
    'severity',
    'outcome.result',
    'outcome.reason',
    'client.device',
    'client.zone',
    'client.geographicalContext.country',
    'client.userAgent.browser',
    'client.userAgent.os',
    'debugContext.debugData.factor',
    'debugContext.debugData.suspiciousActivityEventType',
    'debugContext.debugData.threatSuspected',
    'securityContext.isProxy',
    'target.type',
  ],
  name: ['eventType'],
  text: ['displayMessage', 'debugContext.debugData.privilegeGranted', 'debugContext.debugData.behaviors'],
  user: ['actor.alternateId', 'target.alternateId', 'target.displayName'],
  address: ['client.ipAddress'],
};

/** Content types of bodies that hold events. */
export const RAW_BODY_TYPES = [
  'application/json',
  'application/x-ndjson',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/gzip',
] as const;

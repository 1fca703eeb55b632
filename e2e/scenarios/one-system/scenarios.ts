import { ModelServer, TraceReceiver } from '@mcm/testing';
import { refuseBadInput } from './bad-input.js';
import { enrichByModel, KEY } from './enrichment.js';
import { pushEvents } from './push-events.js';
import { tellStories } from './stories.js';
import { followTraces, sendTracesAtTheEnd } from './traces.js';
import { type System } from '../../support/system.js';

/** A system, and what it stands on. */
export interface Place {
  system: System;
  /** Takes away what the system stood on, once it has ended. */
  end(): Promise<void>;
}

/**
 * Every scenario that leaves the system running, one after the other on one system of a profile: starting one for each
 * would take longer than all of them. Each has users of its own. `start` takes the settings as environment variables.
 */
export function scenariosOnOneSystem(start: (env: Readonly<Record<string, string>>) => Promise<Place>): void {
  let model: ModelServer;
  let receiver: TraceReceiver;
  let place: Place | undefined;
  beforeAll(async () => {
    [model, receiver] = await Promise.all([ModelServer.start(), TraceReceiver.start()]);
    place = await start({
      API_BODY_LIMIT_BYTES: String(32 * 1024 * 1024),
      OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'small',
      AI_PSEUDONYMISE: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
  });
  afterAll(async () => {
    await place?.system.stop();
    await place?.end();
    await Promise.all([receiver.stop(), model.close()]);
  });
  const system = () => {
    if (place === undefined) throw new Error('The system has not been started');
    return place.system;
  };

  describe('Pushing events', () => pushEvents(system));
  describe('Bad input', () => refuseBadInput(system));
  describe('Stories', () => tellStories(system));
  describe('Traces', () => followTraces(system, () => receiver));
  // Ends with a model that refuses the key, which is left alone from then on.
  describe('Enrichment by a model', () => enrichByModel(system, () => model));
  describe('The end', () => sendTracesAtTheEnd(system, () => receiver));
}

import { detectionJson } from '@mcm/detection';
import { receivedRules } from '../sandbox/received-rules.js';
import type { ReplayInput, SandboxHost } from '../sandbox/sandbox-messages.js';
import { evaluateStored } from './stored-evaluation.js';

/** Evaluates stored events again with the rules in force, and hands on what each page led to. */
export async function replayStored(
  { rules, range, lateness, now }: ReplayInput,
  host: SandboxHost,
): Promise<null> {
  const alternatives = [receivedRules(rules).evaluated];
  for await (const page of evaluateStored(host, { alternatives, range, lateness, now })) {
    await host.take({
      detections: page.detections[0]!.map(detectionJson),
      events: new Map([...page.events].map(([uid, { user, received_at }]) => [uid, { user, received_at }])),
      count: page.count,
      warnings: page.warnings,
    });
  }
  return null;
}

#!/usr/bin/env node
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '@mcm/kernel';
import { benchArchive } from './archive.bench.js';
import { benchAudit } from './audit.bench.js';
import { benchDetection } from './detection.bench.js';
import { benchDistributed } from './distributed.bench.js';
import { benchEnrichment } from './enrichment.bench.js';
import { benchFirstFinding } from './first-finding.bench.js';
import { benchLatency } from './latency.bench.js';
import { benchPipeline } from './pipeline.bench.js';
import { benchReads } from './reads.bench.js';
import { benchStorage } from './storage.bench.js';
import { benchSyncedWrites } from './synced-writes.bench.js';
import { benchWindows } from './windows.bench.js';

interface Options {
  /** A checkout of the SigmaHQ repository. */
  readonly rules?: string | undefined;
}

/** Part of another benchmark, for those who want it alone. */
const PARTS: Readonly<Record<string, () => Promise<void>>> = { 'synced-writes': benchSyncedWrites };

/** Every benchmark by name; `npm run bench -- reads latency` runs two of them. */
const BENCHMARKS: Readonly<Record<string, (options: Options) => Promise<void>>> = {
  pipeline: benchPipeline,
  reads: benchReads,
  latency: benchLatency,
  enrichment: benchEnrichment,
  'first-finding': benchFirstFinding,
  distributed: () => benchDistributed(),
  detection: ({ rules }) => benchDetection(rules),
  windows: () => benchWindows(),
  audit: () => benchAudit(),
  storage: benchStorage,
  archive: benchArchive,
};

async function main(args: string[]): Promise<void> {
  const { values, positionals: names } = parseArgs({
    args,
    allowPositionals: true,
    options: { rules: { type: 'string' } },
  });
  const known = { ...BENCHMARKS, ...PARTS };
  const unknown = names.filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) {
    throw new Error(`No benchmark ${unknown.join(', ')}; there are ${Object.keys(known).join(', ')}`);
  }
  const { length: cores } = cpus();
  process.stdout.write(
    `Node ${process.version}, ${cores} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
  );
  for (const name of names.length > 0 ? names : Object.keys(BENCHMARKS)) await known[name]!(values);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});

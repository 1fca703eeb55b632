#!/usr/bin/env node
// Verifies an export of the audit trail (GET /audit/export). One file that needs nothing but Node 20 or later: no network,
// no packages. It is written apart from the product, so that a fault there is not repeated here.
//
//   node verify-audit.mjs EXPORT [--key VERIFIER] [--checkpoints FOLDER] [--seen FILE]
//
// --key          the verifier key that you were given when the trail began (mini-compliance-monitor/…+…+…). Without it the
//                key in the export is taken, and then the signature says only that one key signed everything.
// --checkpoints  a folder of checkpoints that were published, as text files: the export has to agree with each of them.
// --seen         a file in which the last checkpoint is kept from one run to the next: an export that has lost or changed
//                what was there before is refused.
//
// Prints the result as JSON. Exit code: 0 the trail is as it was written, 1 it is not, 2 it could not be verified.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** The Merkle tree hash of RFC 6962, section 2.1, over hashes of leaves. */
class Tree {
  size = 0;
  #complete = [];
  add(leaf) {
    let node = leaf;
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) {
      node = sha256(Buffer.of(1), this.#complete.pop(), node);
    }
    this.#complete.push(node);
    this.size += 1;
  }
  root() {
    if (this.size === 0) return sha256();
    return this.#complete.reduceRight((right, left) => sha256(Buffer.of(1), left, right));
  }
}

/** Reads `name+id+base64` (https://pkg.go.dev/golang.org/x/mod/sumdb/note). */
function verifierKey(text) {
  const [name, id, ...base64] = text.trim().split('+');
  const bytes = Buffer.from(base64.join('+'), 'base64');
  const expected = sha256(`${name}\n`, bytes).subarray(0, 4).toString('hex');
  if (bytes.length !== 33 || bytes[0] !== 1 || id !== expected)
    throw new Error(`This is no verifier key: ${text}`);
  const key = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') };
  return { name, id, publicKey: createPublicKey({ key, format: 'jwk' }) };
}

/** Reads a signed checkpoint (https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note). */
function openCheckpoint(note, key) {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const signed = note
    .slice(end + 2)
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([dash, name]) => dash === '—' && name === key.name)
    .map(([, , base64]) => Buffer.from(base64 ?? '', 'base64'))
    .some(
      (bytes) =>
        bytes.subarray(0, 4).toString('hex') === key.id &&
        verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4)),
    );
  if (end < 0 || !signed) throw new Error(`A checkpoint is not signed by ${key.name}:\n${note}`);
  const [origin, size, root] = text.split('\n');
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
}

/** Why a line is not the next entry as it was written; null when it is, and `state` has taken it in. */
function faultOf(line, state) {
  const seq = state.tree.size + 1;
  const changed = {
    seq,
    reason: 'changed',
    detail: `Entry ${seq} was changed, or its link to the entry before it.`,
  };
  const parsed = parse(line);
  const { body, link, personal } = parsed ?? {};
  if (typeof body !== 'string' || !Array.isArray(personal)) return changed;
  const stated = /^\{"at":".*,"seq":(\d+)\}$/s.exec(body)?.[1];
  if (stated === undefined) return changed;
  if (Number(stated) !== seq) {
    return { seq, reason: 'missing', detail: `Entry ${seq} is missing; entry ${stated} follows instead.` };
  }
  const leaf = sha256(Buffer.of(0), body);
  const expected = sha256(state.link, leaf);
  if (expected.toString('hex') !== link) return changed;
  state.tree.add(leaf);
  state.link = expected;
  // The chain goes on behind a changed name: checkpoints may show an earlier fault.
  if (state.personalFault === null && !personal.every((value) => isIntact(value, body))) {
    state.personalFault = {
      seq,
      reason: 'personal_changed',
      detail: `A name or an address of entry ${seq} was changed.`,
    };
  }
  const { entry } = JSON.parse(body);
  if (entry.action === 'audit.epoch_began') state.epoch = { id: entry.object.id, seq };
  return null;
}

/** A name that was changed does not fit its commitment in the text. One that is not there was erased. */
function isIntact({ sha256: commitment, salt, value }, body) {
  const fits = sha256(Buffer.from(salt, 'hex'), value).toString('hex') === commitment;
  return fits && body.includes(`{"sha256":"${commitment}"}`);
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    // The end of a line that was cut off.
    return null;
  }
}

/** Compares the roots with the checkpoints of this epoch, from the smallest on. */
function compare(checkpoints, state, roots) {
  let last = null;
  for (const checkpoint of checkpoints.sort((a, b) => a.size - b.size)) {
    const { size, root } = checkpoint;
    if (size > state.tree.size) {
      const seq = state.tree.size + 1;
      const detail = `Entry ${seq} is missing: a checkpoint was signed over ${size} entries.`;
      return { last, fault: { seq, reason: 'cut_off', detail } };
    }
    if (!roots.get(size).equals(root)) {
      const seq = (last?.size ?? 0) + 1;
      const detail = `The entries ${seq} to ${size} are not those that the checkpoint over ${size} entries was signed for; their links were made again.`;
      return { last, fault: { seq, reason: 'rewritten', detail } };
    }
    last = checkpoint;
  }
  return { last, fault: null };
}

async function verifyExport(file, options) {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity })[
    Symbol.asyncIterator
  ]();
  const manifest = JSON.parse((await lines.next()).value ?? 'null');
  if (manifest?.type !== 'manifest' || manifest.format !== 1)
    throw new Error(`${file} is no export of the audit trail.`);
  const notes = manifest.checkpoint === null ? [] : [manifest.checkpoint];
  for (const name of options.checkpoints === undefined ? [] : readdirSync(options.checkpoints).sort()) {
    if (name.endsWith('.txt')) notes.push(readFileSync(join(options.checkpoints, name), 'utf8'));
  }
  const seen =
    options.seen !== undefined && existsSync(options.seen) ? readFileSync(options.seen, 'utf8') : null;
  if (seen !== null) notes.push(seen);
  const keyText = options.key ?? manifest.key;
  const key = keyText === null ? null : verifierKey(keyText);
  const checkpoints = key === null ? [] : notes.map((note) => openCheckpoint(note, key));

  const state = { tree: new Tree(), link: Buffer.alloc(32), epoch: null, personalFault: null };
  const roots = new Map(checkpoints.map(({ size }) => [size, null]));
  let fault = null;
  for await (const line of lines) {
    fault = faultOf(line, state);
    if (fault !== null) break;
    if (roots.has(state.tree.size)) roots.set(state.tree.size, state.tree.root());
  }
  const faults = [state.personalFault, fault].filter((found) => found !== null);
  if (fault === null && state.tree.size < manifest.size) {
    const seq = state.tree.size + 1;
    faults.push({
      seq,
      reason: 'missing',
      detail: `Entry ${seq} is missing, and all after it up to ${manifest.size}.`,
    });
  }
  const origin = key === null ? null : state.epoch === null ? key.name : `${key.name}/${state.epoch.id}`;
  const ofEpoch = checkpoints.filter((checkpoint) => checkpoint.origin === origin);
  const compared = compare(ofEpoch, state, roots);
  if (compared.fault !== null) faults.push(compared.fault);
  const other = seen === null ? null : openCheckpoint(seen, key);
  if (faults.length === 0 && other !== null && other.origin !== origin) {
    const seq = state.epoch?.seq ?? 1;
    const detail =
      `The checkpoint that was seen last, over ${other.size} entries, belongs to ${other.origin}, and this export to ` +
      `${origin}: a backup was restored, or the trail was made again. When that is explained, delete ${options.seen}.`;
    faults.push({ seq, reason: 'epoch', detail });
  }
  const [first = null] = faults.sort((a, b) => a.seq - b.seq);
  if (first === null && compared.last !== null && options.seen !== undefined) {
    const note = notes[checkpoints.indexOf(compared.last)];
    writeFileSync(`${options.seen}.draft`, note);
    renameSync(`${options.seen}.draft`, options.seen);
  }
  return {
    valid: first === null,
    entries: first === null ? state.tree.size : first.seq - 1,
    first_broken: first?.seq ?? null,
    reason: first?.reason ?? null,
    detail: first?.detail ?? null,
    checkpoint_size: compared.last?.size ?? null,
    epoch_began: state.epoch?.seq ?? null,
    key: keyText,
    key_given: options.key !== undefined,
  };
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, checkpoints: { type: 'string' }, seen: { type: 'string' } },
  });
  if (positionals.length !== 1)
    throw new Error(
      'Use: node verify-audit.mjs EXPORT [--key VERIFIER] [--checkpoints FOLDER] [--seen FILE]',
    );
  const result = await verifyExport(positionals[0], values);
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.valid ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

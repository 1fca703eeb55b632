import { readFileSync } from 'node:fs';
import { AppError, type ErrorDetail, messageOf } from '@mcm/kernel';
import { type ModelFields, type Treatment, TREATMENTS } from '@mcm/sources';
import { isMap, isScalar, LineCounter, parseDocument, type ParsedNode } from 'yaml';
import type { AllowedFields } from './allowed/activity.js';
import { AllowList } from './allowed-fields.js';

/** What a path may look like: names separated by dots. */
const PATH = /^[^\s.]+(\.[^\s.]+)*$/;

/**
 * The built-in list, with the event types of a file in YAML:
 *
 * ```yaml
 * event_types:
 *   door_opened: { word: [door], user: [opened_by] }
 *   acme.*: { name: [device], address: [ip] }
 * ```
 *
 * @param path empty for the built-in list alone
 * @throws AppError `CONFIG.INVALID` with every fault of the file and its line
 */
export function loadAllowList(path: string): AllowList {
  if (path === '') return new AllowList();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw invalid(path, [{ pointer: 'AI_FIELDS_PATH', detail: `cannot be read: ${messageOf(error)}` }]);
  }
  const reader = new Reader(text);
  const entries = reader.entries();
  if (reader.faults.length > 0) throw invalid(path, reader.faults);
  return new AllowList(entries);
}

class Reader {
  readonly faults: ErrorDetail[] = [];
  private readonly lines = new LineCounter();
  private readonly root: ParsedNode | null;

  constructor(text: string) {
    const document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, uniqueKeys: true });
    for (const { message, pos } of document.errors) this.fault(pos[0], message);
    this.root = document.contents;
  }

  entries(): AllowedFields[] {
    if (this.faults.length > 0) return [];
    const types = isMap(this.root) ? this.root.get('event_types', true) : undefined;
    if (!isMap<ParsedNode, ParsedNode>(types)) {
      this.fault(0, 'must hold event_types, with a list of fields for each');
      return [];
    }
    return types.items.flatMap(({ key, value }) => {
      const event_type = this.textOf(key);
      if (event_type === null) return [];
      if (!/^[^\s*]+\*?$/.test(event_type)) {
        this.fault(
          key.range[0],
          `${event_type} must be an event type, or the beginning of one followed by *`,
        );
      }
      return [{ event_type, fields: this.fieldsOf(value, event_type) }];
    });
  }

  private fieldsOf(node: ParsedNode | null, event_type: string): ModelFields {
    const lists: Partial<Record<Treatment, string[]>> = {};
    if (!isMap<ParsedNode, ParsedNode>(node)) {
      this.fault(
        node?.range[0] ?? 0,
        `${event_type} must hold lists of fields by what kind of value they have`,
      );
      return lists;
    }
    for (const { key, value } of node.items) {
      const treatment = this.textOf(key);
      if (!(TREATMENTS as readonly (string | null)[]).includes(treatment)) {
        this.fault(key.range[0], `${treatment} is none of ${TREATMENTS.join(', ')}`);
        continue;
      }
      const paths: unknown = value?.toJSON();
      if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string' && PATH.test(path))) {
        this.fault(
          value?.range[0] ?? key.range[0],
          `${treatment} must be a list of fields, such as [ip, client.name]`,
        );
        continue;
      }
      lists[treatment as Treatment] = paths as string[];
    }
    return lists;
  }

  private textOf(node: ParsedNode): string | null {
    if (isScalar(node) && typeof node.value === 'string') return node.value;
    this.fault(node.range[0], 'a name must be a text');
    return null;
  }

  private fault(offset: number, detail: string): void {
    this.faults.push({ pointer: `line ${this.lines.linePos(offset).line || 1}`, detail });
  }
}

function invalid(path: string, errors: readonly ErrorDetail[]): AppError {
  const list = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
  return new AppError('invalid', 'CONFIG.INVALID', `AI_FIELDS_PATH=${path}: ${list}`, { errors });
}

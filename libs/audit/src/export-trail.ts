import type { AuditReader } from './audit-reader.js';

/** The first line of an export. */
export interface ExportManifest {
  type: 'manifest';
  /** Changes when the form of the lines does. */
  format: 1;
  exported_at: string;
  /** Number of entries that follow. */
  size: number;
  /** The signed checkpoint over them; null when no key is set. */
  checkpoint: string | null;
  /** The key that verifies it. */
  key: string | null;
}

/**
 * An export as NDJSON: the manifest, then the entries from the first on, each as
 * `{"body":…,"link":…,"personal":[…]}` with the link in hexadecimal. Gives a page of lines at a time and reads the next one
 * when it is asked for.
 */
export async function* exportLines(reader: AuditReader, manifest: ExportManifest): AsyncGenerator<string> {
  yield `${JSON.stringify(manifest)}\n`;
  for await (const page of reader.pages(0, manifest.size)) {
    yield page
      .map(
        ({ body, link, personal }) => `${JSON.stringify({ body, link: link.toString('hex'), personal })}\n`,
      )
      .join('');
  }
}

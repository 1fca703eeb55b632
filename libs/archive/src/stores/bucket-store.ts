import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { S3mini } from 's3mini';
import { fingerprint } from '../fingerprint.js';
import { fileMissing, reaching, unusable } from './archive-refusals.js';
import type { ArchiveStore } from './archive-store.js';

/** How to reach a bucket. */
export interface BucketSettings {
  /** Address of the bucket: `https://s3.eu-central-1.amazonaws.com/bucket` or `https://bucket.s3.eu-central-1.amazonaws.com`. */
  url: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** A folder on this machine for files that are made or read. */
  workFolder: string;
}

/** Longest time of one request in milliseconds: a file of the archive over a slow line. */
const REQUEST_MS = 600_000;
/** Most names that are listed: a hundred years of days with ten files each. */
const NAMES_LIMIT = 400_000;

/** An archive in a bucket that speaks the protocol of S3. */
export class BucketStore implements ArchiveStore {
  private readonly client: S3mini;

  constructor(private readonly settings: BucketSettings) {
    const { url, region, accessKeyId, secretAccessKey } = settings;
    this.client = new S3mini({
      endpoint: url,
      region,
      accessKeyId,
      secretAccessKey,
      requestAbortTimeout: REQUEST_MS,
    });
  }

  get location(): string {
    return this.settings.url;
  }

  async workFolder(): Promise<string> {
    await mkdir(this.settings.workFolder, { recursive: true, mode: 0o700 });
    return this.settings.workFolder;
  }

  async put(name: string, file: string): Promise<void> {
    const { sha256 } = await fingerprint(file);
    // The server compares it with what arrives.
    const checksum = { 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') };
    const content = await openAsBlob(file);
    await this.reaching(() =>
      this.client.putObject(name, content, 'application/octet-stream', undefined, checksum, content.size),
    );
    await rm(file);
  }

  async read<T>(name: string, folder: string, work: (path: string) => Promise<T>): Promise<T> {
    const copy = join(folder, basename(name));
    try {
      await this.reaching(async () => {
        const answer = await this.client.getObjectResponse(name);
        if (answer === null) throw fileMissing(name, this);
        await pipeline(
          Readable.fromWeb(answer.body as ReadableStream),
          createWriteStream(copy, { mode: 0o600 }),
        );
      });
      return await work(copy);
    } finally {
      await rm(copy, { force: true });
    }
  }

  async names(prefix: string): Promise<string[]> {
    const found = await this.reaching(() => this.client.listObjects('/', prefix, NAMES_LIMIT));
    if (found === null) throw unusable(this.name, 'There is no such bucket.');
    return found.map(({ Key }) => Key).sort();
  }

  async remove(name: string): Promise<void> {
    await this.reaching(() => this.client.deleteObject(name));
  }

  private reaching<T>(work: () => Promise<T>): Promise<T> {
    return reaching(this.name, work);
  }

  private get name(): string {
    return `The archive ${this.location}`;
  }
}

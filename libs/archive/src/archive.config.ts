import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '@mcm/kernel';
import { Env, loadConfig } from '@mcm/platform';
import { IsInt, Max, Min } from 'class-validator';
import type { ArchiveStore } from './stores/archive-store.js';
import { BucketStore } from './stores/bucket-store.js';
import { FolderStore } from './stores/folder-store.js';
import type { ArchiveLimits } from './write-run.js';

/** Bytes of text from which on a further file is begun: some 200,000 small events, 20 MB as Parquet. */
const PART_BYTES = 128 * 1024 * 1024;

/** Where events are archived, and when. */
export class ArchiveConfig {
  /** A folder. */
  @Env('ARCHIVE_DIR')
  folder: string = '';

  /** Address of a bucket. */
  @Env('ARCHIVE_S3_URL')
  bucketUrl: string = '';

  @Env('ARCHIVE_S3_REGION')
  bucketRegion: string = 'us-east-1';

  @Env('ARCHIVE_S3_ACCESS_KEY_ID', { secret: true })
  accessKeyId: string = '';

  @Env('ARCHIVE_S3_SECRET_ACCESS_KEY', { secret: true })
  secretAccessKey: string = '';

  /** Where files are made that a bucket is to get, and kept while they are read. */
  @Env('ARCHIVE_WORK_DIR')
  workFolder: string = join(tmpdir(), 'mcm-archive');

  /** Days after which a day is archived. 0: when it is about to be dropped. */
  @Env('ARCHIVE_AFTER_DAYS')
  @IsInt()
  @Min(0)
  @Max(36_500)
  afterDays: number = 0;

  /** Memory for writing and reading archived files, in MiB. */
  @Env('ARCHIVE_MEMORY_MB')
  @IsInt()
  @Min(256)
  @Max(65_536)
  memoryMb: number = 512;
}

/** The archive that is configured. */
export interface Archive {
  store: ArchiveStore;
  limits: ArchiveLimits;
  /** Days after which a day is archived. 0: when it is about to be dropped. */
  afterDays: number;
}

/**
 * The archive that the environment names; null when it names none.
 *
 * @throws AppError `CONFIG.INVALID` that names the variables
 */
export function loadArchive(env: NodeJS.ProcessEnv): Archive | null {
  const config = loadConfig(ArchiveConfig, env);
  const store = storeOf(config);
  if (store === null) return null;
  const limits = { memoryBytes: config.memoryMb * 1024 ** 2, partBytes: PART_BYTES };
  return { store, limits, afterDays: config.afterDays };
}

function storeOf(config: ArchiveConfig): ArchiveStore | null {
  const { folder, bucketUrl, accessKeyId, secretAccessKey } = config;
  if (folder !== '' && bucketUrl !== '') {
    throw invalid('ARCHIVE_S3_URL', 'is set, and so is ARCHIVE_DIR: set one of the two');
  }
  if (folder !== '') return new FolderStore(resolve(folder));
  if (bucketUrl === '') {
    if (config.afterDays === 0) return null;
    throw invalid('ARCHIVE_AFTER_DAYS', 'needs an archive: set ARCHIVE_DIR or ARCHIVE_S3_URL');
  }
  if (!isBucketUrl(bucketUrl)) {
    throw invalid(
      'ARCHIVE_S3_URL',
      'must be the http or https address of a bucket, without a password in it',
    );
  }
  if (accessKeyId === '') throw invalid('ARCHIVE_S3_ACCESS_KEY_ID', 'must be set with ARCHIVE_S3_URL');
  if (secretAccessKey === '')
    throw invalid('ARCHIVE_S3_SECRET_ACCESS_KEY', 'must be set with ARCHIVE_S3_URL');
  return new BucketStore({
    url: bucketUrl,
    region: config.bucketRegion,
    accessKeyId,
    secretAccessKey,
    workFolder: resolve(config.workFolder),
  });
}

function isBucketUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === '';
}

function invalid(pointer: string, detail: string): AppError {
  return new AppError('invalid', 'CONFIG.INVALID', `The configuration is not valid: ${pointer} ${detail}`, {
    errors: [{ pointer, detail }],
  });
}

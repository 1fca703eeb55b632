import { loadArchive } from './index.js';

const BUCKET = {
  ARCHIVE_S3_URL: 'https://s3.example.org/bucket',
  ARCHIVE_S3_ACCESS_KEY_ID: 'id',
  ARCHIVE_S3_SECRET_ACCESS_KEY: 'hunter2',
};

it('is none where nothing is set', () => {
  expect(loadArchive({})).toBeNull();
});

it('is a folder or a bucket', () => {
  expect(loadArchive({ ARCHIVE_DIR: '/srv/archive' })).toMatchObject({
    store: { location: '/srv/archive' },
    limits: { memoryBytes: 512 * 1024 ** 2 },
    afterDays: 0,
  });
  expect(loadArchive({ ...BUCKET, ARCHIVE_AFTER_DAYS: '30' })).toMatchObject({
    store: { location: 'https://s3.example.org/bucket' },
    afterDays: 30,
  });
});

it.each([
  [{ ...BUCKET, ARCHIVE_DIR: '/srv/archive' }, 'ARCHIVE_S3_URL is set, and so is ARCHIVE_DIR'],
  [{ ARCHIVE_AFTER_DAYS: '30' }, 'ARCHIVE_AFTER_DAYS needs an archive'],
  [{ ...BUCKET, ARCHIVE_S3_URL: 'bucket' }, 'ARCHIVE_S3_URL must be the http or https address'],
  [{ ...BUCKET, ARCHIVE_S3_URL: 'https://id:hunter2@s3.example.org/b' }, 'without a password in it'],
  [{ ...BUCKET, ARCHIVE_S3_ACCESS_KEY_ID: '' }, 'ARCHIVE_S3_ACCESS_KEY_ID must be set'],
  [{ ...BUCKET, ARCHIVE_S3_SECRET_ACCESS_KEY: '' }, 'ARCHIVE_S3_SECRET_ACCESS_KEY must be set'],
  [{ ARCHIVE_DIR: '/a', ARCHIVE_MEMORY_MB: '12' }, 'ARCHIVE_MEMORY_MB must not be less than 256'],
])('names the variable that is wrong: %j', (env, reason) => {
  expect(() => loadArchive(env)).toThrow(reason);
  expect(() => loadArchive(env)).not.toThrow('hunter2');
});

import { AppError } from '@mcm/kernel';

const ID = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;

/**
 * Passes an id that every driver can hold, else throws `JOBS.BAD_ID`. BullMQ numbers jobs without an id and uses
 * colons in its keys, so digits alone and colons would collide with its own.
 */
export function checkJobId(id: string): string {
  if (ID.test(id) && !/^\d+$/.test(id)) return id;
  const shown = JSON.stringify(id.length > 64 ? `${id.slice(0, 64)}…` : id);
  throw new AppError(
    'invalid',
    'JOBS.BAD_ID',
    `A job id is 1 to 128 letters, digits, ".", "_", "-" or "~", starts with a letter or digit and is not digits alone: ${shown}`,
    { errors: [{ pointer: 'id', detail: 'not a job id' }] },
  );
}

/** Settings given to the server at every start, so that a newer version of this program changes older data folders too. */
export interface ServerSettings {
  /** False is for tests alone: a crash of the machine may then cost all data. */
  durable: boolean;
  maxConnections: number;
}

/** The command line of `postgres` after the data directory. The figures suit a machine with 2 cores and 4 GB. */
export function serverArguments(port: number, { durable, maxConnections }: ServerSettings): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    // TCP alone: the path of a socket may not be longer than 107 bytes, that of a clone may.
    unix_socket_directories: '',
    max_connections: maxConnections,
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
    shared_buffers: '256MB',
    effective_cache_size: '1GB',
    maintenance_work_mem: '128MB',
    work_mem: '16MB',
    // Not `minimal`, although there is no replication: there, a sequence made in a transaction falls back to its beginning when
    // the server crashes within the first 32 numbers, and rows that are committed would meet new ones of the same id.
    wal_level: 'replica',
    max_wal_senders: 0,
    max_logical_replication_workers: 0,
    // The servers from npm know pglz alone. It halves what is logged of pages that a checkpoint has just written, and costs
    // 18 µs of processor time for an event where a million are stored: more than the disk time that it saves.
    wal_compression: 'off',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    // Local disks answer random reads about as fast as sequential ones.
    random_page_cost: 1.1,
    // Compiling a query costs more than the short queries of this system take.
    jit: 'off',
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** What child processes of the server see: nothing of this process's environment but what the system itself needs. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'SYSTEMROOT', 'TEMP', 'TMP', 'windir'];
  const environment: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of kept) if (process.env[name] !== undefined) environment[name] = process.env[name];
  return environment;
}

import type { DuckDBConnection } from '@duckdb/node-api';

/** How much DuckDB may use of the machine. */
export interface DuckLimits {
  /** Bytes of memory. */
  memoryBytes: number;
  /** A folder for what does not fit into the memory, deleted by the caller. */
  folder: string;
}

/** Most bytes that DuckDB may put into its folder. */
const DISK_BYTES = 1024 ** 3;

/**
 * Runs `work` with a DuckDB of its own, which is loaded only now: it is 70 MB that most processes never need. It reads and
 * writes files and has no way to load extensions.
 */
export async function withDuck<T>(
  { memoryBytes, folder }: DuckLimits,
  work: (duck: Duck) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(memoryBytes / 1024 ** 2)}MiB`,
    threads: '2',
    temp_directory: folder,
    max_temp_directory_size: `${DISK_BYTES / 1024 ** 2}MiB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    // Texts are made of times, and the other way round, in the same zone everywhere.
    await connection.run("set TimeZone = 'UTC'");
    return await work(new Duck(connection));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A value that DuckDB gives for the columns that are asked for here. */
export type DuckValue = string | null;

/** Statements of DuckDB. */
export class Duck {
  constructor(private readonly connection: DuckDBConnection) {}

  async run(statement: string): Promise<void> {
    await this.connection.run(statement);
  }

  /** Rows of texts, some thousand at a time, in the order of the files that are read. */
  async *rows(statement: string): AsyncGenerator<DuckValue[][]> {
    const result = await this.connection.stream(statement);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk.getRows() as DuckValue[][];
    }
  }
}

/** A text in a statement. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

import type { DeadLetterStore, StorageRoom } from '@mcm/contracts';
import type { MatchLog } from '@mcm/match-log';
import type { EventBus } from '@mcm/messaging';
import type { DatabaseClock, DataSource } from '@mcm/persistence';
import type { HealthRegistry, Logger, MetricsRegistry } from '@mcm/platform';
import type { JobQueue } from '@mcm/queue';

/** What a process that hosts services gives them, and how all of it ends. */
export interface Drivers {
  /** Holds a password: not for logs. */
  readonly databaseUrl: string;
  readonly dataSource: DataSource;
  /** The clock that all processes share. */
  readonly clock: DatabaseClock;
  /** See PIPELINE_DATA_SOURCE. */
  readonly pipelineDataSource: DataSource;
  readonly eventBus: EventBus;
  readonly jobQueue: JobQueue;
  readonly deadLetters: DeadLetterStore;
  /** Whether the disk of the data has room for further events. */
  readonly storageRoom: StorageRoom;
  /** Null without shared matches: in a process that evaluates alone, and in services that do not evaluate. */
  readonly matchLog: MatchLog | null;
  /** Waits for running handlers, then closes everything, last opened first. Safe to call twice. */
  close(): Promise<void>;
}

/** What every profile wants to know. */
export interface ConnectOptions {
  /** The configuration is read from it. */
  env: NodeJS.ProcessEnv;
  logger: Logger;
  /** Where lag and counters of the bus are shown; left out in tests. */
  metrics?: MetricsRegistry;
  /** Where the state of the parts is shown; left out in tests. */
  health?: HealthRegistry;
  /** Workers take no job before it resolves, so that no job gets in the way of a start; absent: from the beginning. */
  jobsFrom?: Promise<unknown>;
  /** Lines for people who watch a start. */
  progress?: (line: string) => void;
}

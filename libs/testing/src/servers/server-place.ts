/** What a test asks of a server of its own. */
export interface ServerSettings {
  /** Lines added to its configuration file; `folder` is where `files` are. */
  configuration?: (folder: string) => string;
  /** Further files by name, such as certificates. */
  files?: Record<string, string>;
}

/** One way to run a server: as a process, or in a container. The port and the data stay the same all its life. */
export interface ServerPlace {
  readonly host: string;
  readonly port: number;
  /** Starts the server, with the data it had. */
  launch(): Promise<void>;
  /** Ends it: orderly (TERM), or as `kill -9` does. Resolves when it has ended; nothing happens when it had. */
  end(how: 'orderly' | 'kill'): Promise<void>;
  /** Whether it has ended by itself. */
  hasEnded(): Promise<boolean>;
  /** Deletes all data of a server that has ended. */
  clear(): Promise<void>;
  /** Deletes everything of a server that has ended. */
  remove(): Promise<void>;
  /** What the server said last, for an error message. */
  lastWords(): Promise<string>;
}

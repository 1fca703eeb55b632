/** How NATS is reached, and how a client shows who it is: at most one of user, token and credentials. */
export interface NatsSettings {
  /** Any server of the cluster, such as `nats://host:4222`; `tls://` asks for TLS. */
  servers: readonly string[];
  user?: string;
  password?: string;
  token?: string;
  /** Path of a credentials file as `nsc` writes it (a JWT and an nkey seed). */
  credentialsFile?: string;
  tls?: NatsTlsSettings;
  /** Shown in the server's lists of connections. */
  name?: string;
}

/** TLS to the server. Paths of PEM files; without `caFile` the certificates that Node trusts count. */
export interface NatsTlsSettings {
  caFile?: string;
  certFile?: string;
  keyFile?: string;
}

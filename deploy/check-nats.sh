#!/bin/sh
# The health check of NATS. It also ends a server that failed its check for two minutes, so that it is restarted: a server
# of version 2.15 whose disk was full stores nothing until then, even when there is room again. Stored messages are kept.
failures=/tmp/failed-checks
if wget -q -O /dev/null http://127.0.0.1:8222/healthz; then
  rm -f "$failures"
  exit 0
fi
echo failed >>"$failures"
# The check runs every three seconds.
if [ "$(wc -l <"$failures")" -ge "${NATS_CHECKS_BEFORE_RESTART:-40}" ]; then
  rm -f "$failures"
  kill 1
fi
exit 1

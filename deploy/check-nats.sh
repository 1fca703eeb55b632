#!/bin/sh
# The health check of NATS. It also ends a server that could not do its work for two minutes, so that it is started again: one of
# version 2.15 whose disk was full stores nothing until then, however much room there is meanwhile. What it has stored stays.
failures=/tmp/failed-checks
if wget -q -O /dev/null http://127.0.0.1:8222/healthz; then
  rm -f "$failures"
  exit 0
fi
echo failed >>"$failures"
# With an interval of three seconds.
if [ "$(wc -l <"$failures")" -ge "${NATS_CHECKS_BEFORE_RESTART:-40}" ]; then
  rm -f "$failures"
  kill 1
fi
exit 1

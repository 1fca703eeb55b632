#!/bin/sh
# Starts NATS. It reads variables as values of its configuration, in which 123 is a number and a quotation mark ends a text:
# quoted and escaped, a password may have any characters.
set -eu

quoted() {
  printf '"%s"' "$(printf '%s' "$1" | sed 's/["\\]/\\&/g')"
}

NATS_PASSWORD=$(quoted "$NATS_PASSWORD")
NATS_PRODUCER_PASSWORD=$(quoted "$NATS_PRODUCER_PASSWORD")
NATS_SYNC_INTERVAL=$(quoted "$NATS_SYNC_INTERVAL")
export NATS_PASSWORD NATS_PRODUCER_PASSWORD NATS_SYNC_INTERVAL
exec nats-server -c "$(dirname "$0")/nats.conf"

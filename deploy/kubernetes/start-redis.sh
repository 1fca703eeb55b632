#!/bin/sh
# Starts Redis with its arguments and the password of the file redis, which it reads as a configuration: an argument would be in
# the list of processes, and a quotation mark in it would end the text.
set -eu
password=$(sed 's/["\\]/\\&/g' "${SECRETS:-/run/mcm}/redis")
# Redis without a password would let any client in.
[ -n "$password" ]
exec redis-server - "$@" <<CONFIGURATION
requirepass "$password"
CONFIGURATION

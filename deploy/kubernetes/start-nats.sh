#!/bin/sh
# Starts NATS with nats.conf and its users: mcm for the services, and one for each file in the folder nats-producers, named as
# the file is, with the password in the file. With the word `reload` it has the running server read them again, with `compose` it
# writes the configuration alone.
# A producer publishes events and listens to its own inboxes (_INBOX_<name>), and nothing else.
set -eu
umask 077
secrets=${SECRETS:-/run/mcm}
producers=${PRODUCERS:-$secrets/nats-producers}
composed=${NATS_COMPOSED:-/tmp/nats.conf}

# user NAME FILE PERMISSIONS. NATS would take 123 for a number, and a quotation mark for the end of a text.
user() {
  password=$(sed 's/["\\]/\\&/g' "$2")
  [ -n "$password" ] || { echo "The password in $2 is empty." >&2 && exit 1; }
  printf '{ user: "%s", password: "%s"%s }\n' "$1" "$password" "$3"
}

compose() {
  cat "$(dirname "$0")/nats.conf"
  echo 'authorization { users: ['
  user mcm "$secrets/nats" ''
  for file in "$producers"/*; do
    [ -f "$file" ] || continue
    name=$(basename "$file")
    case $name in
      mcm | *[!a-z0-9-]* | -*) echo "Not a name for a producer, and so no user: $name" >&2 && continue ;;
      # The user of before there was one for each producer: its programs know no other inbox.
      producer) inboxes='["_INBOX_producer.>", "_INBOX.>"]' ;;
      *) inboxes="\"_INBOX_$name.>\"" ;;
    esac
    user "$name" "$file" ", permissions: { publish: \"compliance.events.ingest\", subscribe: $inboxes }"
  done
  echo '] }'
}

compose >"$composed.new"
mv "$composed.new" "$composed"
case ${1:-} in
  compose) ;;
  # `kill` is part of the shell; the image may have no program of that name.
  reload) kill -HUP 1 ;;
  *) exec nats-server -c "$composed" ;;
esac

#!/bin/sh
# Users of NATS for producers, in the compose stack: each may publish events and read the answers to them, and nothing else.
#   deploy/nats-producer.sh add NAME      makes one, and prints its password
#   deploy/nats-producer.sh show NAME     prints its password again
#   deploy/nats-producer.sh remove NAME   ends its connections, and lets it in no more
#   deploy/nats-producer.sh list
# In Kubernetes: deploy/kubernetes/README.md.
set -eu
cd "$(dirname "$0")/.."

init() {
  docker compose run --rm --no-deps --quiet-pull -T init "$@"
}

case ${1:-} in
  add | remove)
    init producer "$1" "${2:-}"
    docker compose exec -T nats /bin/sh /etc/nats/start-nats.sh reload
    [ "$1" = remove ] || init show "nats-producers/$2"
    ;;
  show) init show "nats-producers/${2:-}" ;;
  list) init producer list ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2 && exit 1 ;;
esac

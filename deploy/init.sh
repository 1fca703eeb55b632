#!/bin/sh
# What has to be there before the stack starts: the volume of NATS belongs to its user, and every secret is a file in /secrets.
# A secret is made at the first start, of 32 random bytes, unless .env gives it. The files belong to root, and each has a group:
# a container reads those of the groups that docker-compose.yml names for it (group_add).
#   init.sh                    prepares everything; changes no secret, except one that .env gives
#   init.sh demo               lets the stack start without a sign-in, unless .env gives AUTH_MODE
#   init.sh show SECRET        prints a secret: postgres-owner, postgres-app, redis, nats, intake, nats-producers/producer
#   init.sh renew SECRET       makes another one
#   init.sh producer add|remove|list [NAME]
#                              users of NATS for producers; deploy/nats-producer.sh calls it
set -eu
umask 077
secrets=${SECRETS:-/secrets}
producers=$secrets/nats-producers

# The groups, which docker-compose.yml names. They have no name in any image.
group_of() {
  case $1 in
    postgres-owner) echo 4101 ;;
    postgres-app) echo 4102 ;;
    redis) echo 4103 ;;
    nats | nats-producers | nats-producers/*) echo 4104 ;;
    intake) echo 4105 ;;
    *) echo "There is no secret $1." >&2 && return 1 ;;
  esac
}

# write SECRET VALUE: whole or not at all.
write() {
  group=$(group_of "$1")
  printf '%s' "$2" >"$secrets/.new"
  chmod 440 "$secrets/.new"
  chgrp "$group" "$secrets/.new"
  mv -f "$secrets/.new" "$secrets/$1"
}

random() {
  head -c 32 /dev/urandom | sha256sum | cut -c 1-64
}

# prepare SECRET VALUE-OF-.env
prepare() {
  if [ -n "$2" ]; then
    write "$1" "$2"
  elif [ ! -s "$secrets/$1" ]; then
    write "$1" "$(random)"
    echo "Made the secret $1."
  fi
}

known() {
  group_of "$1" >/dev/null || exit 1
  [ -s "$secrets/$1" ] || { echo "There is no secret $1." >&2 && exit 1; }
}

# A part of a subject of NATS, and not the user of the services.
checked_name() {
  case $1 in
    mcm | '' | *[!a-z0-9-]* | -*)
      echo "The name of a producer consists of lower-case letters, digits and hyphens, and is not mcm: '$1'." >&2
      exit 1
      ;;
  esac
}

# How callers are known. No secret: each service reads it.
auth_mode() {
  printf '%s' "$1" >"$secrets/.new"
  chmod 444 "$secrets/.new"
  mv -f "$secrets/.new" "$secrets/auth-mode"
}

case ${1:-} in
  '')
    chown -R 1000:1000 "${NATS_DATA:-/nats-data}"
    # The volumes of the audit trail's checkpoints, of the archive and of the simulator's key, for the user that services run as.
    for folder in /audit-data /archive-data /simulator-key; do
      [ ! -d "$folder" ] || chown 1000:1000 "$folder"
    done
    auth_mode "${AUTH_MODE:-local}"
    chmod 755 "$secrets"
    mkdir -p "$producers"
    chmod 750 "$producers"
    chgrp "$(group_of nats-producers)" "$producers"
    # A database keeps the password that it was made with. Before there were secrets, that was this one unless .env said otherwise.
    if [ -z "${POSTGRES_PASSWORD:-}" ] && [ ! -s "$secrets/postgres-owner" ] && [ -e "${POSTGRES_DATA:-/postgres-data}/PG_VERSION" ]; then
      write postgres-owner mcm
      echo 'The database was made with the password mcm, which is public: change it (docs/operations.md, "Change a password").'
    fi
    prepare postgres-owner "${POSTGRES_PASSWORD:-}"
    prepare postgres-app "${POSTGRES_APP_PASSWORD:-}"
    prepare redis "${REDIS_PASSWORD:-}"
    prepare nats "${NATS_PASSWORD:-}"
    prepare nats-producers/producer "${NATS_PRODUCER_PASSWORD:-}"
    prepare intake "${INTAKE_SECRET:-}"
    ;;
  demo) auth_mode "${AUTH_MODE:-open}" ;;
  show)
    known "$2"
    cat "$secrets/$2"
    echo
    ;;
  renew)
    known "$2"
    write "$2" "$(random)"
    ;;
  producer)
    case ${2:-} in
      add)
        checked_name "${3:-}"
        [ ! -e "$producers/$3" ] || { echo "There is a producer $3 already." >&2 && exit 1; }
        write "nats-producers/$3" "$(random)"
        ;;
      remove)
        checked_name "${3:-}"
        known "nats-producers/$3"
        rm "$producers/$3"
        ;;
      list) ls "$producers" ;;
      *) echo 'producer add|remove|list [NAME]' >&2 && exit 1 ;;
    esac
    ;;
  *) echo "What is $1? See the comment in deploy/init.sh." >&2 && exit 1 ;;
esac

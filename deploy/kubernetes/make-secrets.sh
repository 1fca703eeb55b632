#!/bin/sh
# Makes the secrets that kustomization.yaml reads, as files in the folder secrets: 32 random bytes each. Files that are there
# stay as they are, so that it may run again. Keep the folder; it is in no repository.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets

random() {
  head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}

for secret in postgres-owner postgres-app redis nats intake; do
  [ -s "secrets/$secret" ] || random >"secrets/$secret"
done
# A line for each producer on NATS: its name and its password.
[ -e secrets/nats-producers.env ] || printf 'producer=%s\n' "$(random)" >secrets/nats-producers.env
# Settings of one service that are secret, as NAME=value: SOURCE_GITHUB_SECRET, SOURCE_OKTA_SECRET; OPENAI_API_KEY.
for service in ingestion ai-worker; do
  [ -e "secrets/$service.env" ] || : >"secrets/$service.env"
done

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
# The key that signs checkpoints of the audit trail: Ed25519 as PKCS #8 (RFC 8410), whose first 16 bytes are always the same.
if [ ! -s secrets/audit-key.pem ]; then
  {
    echo '-----BEGIN PRIVATE KEY-----'
    { printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'; head -c 32 /dev/urandom; } | base64
    echo '-----END PRIVATE KEY-----'
  } >secrets/audit-key.pem
fi
# A line for each producer on NATS: its name and its password.
[ -e secrets/nats-producers.env ] || printf 'producer=%s\n' "$(random)" >secrets/nats-producers.env
# Settings of one service that are secret, as NAME=value: SOURCE_GITHUB_SECRET, SOURCE_OKTA_SECRET; OPENAI_API_KEY.
for service in ingestion ai-worker; do
  [ -e "secrets/$service.env" ] || : >"secrets/$service.env"
done

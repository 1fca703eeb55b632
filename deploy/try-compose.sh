#!/usr/bin/env bash
# Starts the compose stack for real, on a project and ports of its own, and tries it: events in by REST and by NATS, the
# findings and enrichments out, the dashboard in a real Chromium, its policy. Removes everything again. Needs Docker with
# Compose, and for the look at the dashboard Chromium (CHROMIUM_PATH, or one on the PATH) and `npm ci`.
#   deploy/try-compose.sh            build, try, remove
#   KEEP=1 deploy/try-compose.sh     leaves the stack running
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-mcm-try-$$}
export API_PORT=${API_PORT:-18000} WEB_PORT=${WEB_PORT:-18080}
export POSTGRES_PASSWORD=try-postgres REDIS_PASSWORD=try-redis NATS_PASSWORD=try-nats
api=http://127.0.0.1:$API_PORT web=http://127.0.0.1:$WEB_PORT
stamp=$(date +%s)

finish() {
  local code=$?
  if [ "$code" -ne 0 ]; then
    docker compose ps --all || true
    docker compose logs --no-color --tail 40 || true
  fi
  [ -n "${KEEP:-}" ] || docker compose --profile demo down --volumes --timeout 20 >/dev/null 2>&1 || true
  exit "$code"
}
trap finish EXIT

# until_is WHAT PATTERN COMMAND...: tries for a minute until what the command prints matches.
until_is() {
  local what=$1 pattern=$2 answer=''
  shift 2
  for _ in $(seq 120); do
    answer=$("$@" 2>&1 || true)
    if grep -Eq "$pattern" <<<"$answer"; then
      echo "ok: $what"
      return
    fi
    sleep 0.5
  done
  echo "FAILED: $what; last answer: ${answer:0:2000}"
  return 1
}

docker compose config --quiet
echo "ok: docker-compose.yml is valid"
docker compose up --detach --build --wait --wait-timeout 300
echo "ok: everything is up"
docker image ls --format '{{.Repository}} {{.Size}}' | grep '^mini-compliance-monitor/' | sed 's/^/image: /'
published=$(docker compose ps --format '{{.Ports}}' | grep -o '[0-9.]*:[0-9]*->' | sort -u | tr '\n' ' ')
[ "$published" = "127.0.0.1:$API_PORT-> 127.0.0.1:$WEB_PORT-> " ] || { echo "FAILED: published: $published"; exit 1; }
echo "ok: published on this machine alone: $published"

until_is 'an event by REST' '"accepted":1' curl -sS -X POST "$api/events" -H 'content-type: application/json' -d \
  "{\"event_id\":\"rest-$stamp\",\"event_type\":\"storage_bucket_permission_changed\",\"user\":\"rest-$stamp\",\"raw_data\":{\"bucket_name\":\"payroll\",\"public\":true,\"changed_by\":\"rest\"}}"
until_is 'its finding' '"rule_name":"public_bucket_detected"' curl -sS "$api/findings?user=rest-$stamp"

publish='
  const { connect } = await import("@nats-io/transport-node");
  const url = new URL(process.env.NATS_URL);
  const nats = await connect({ servers: url.host, user: url.username, pass: url.password });
  const answer = await nats.request("compliance.events.ingest", process.argv[1], { timeout: 5000 });
  console.log(answer.string());
  await nats.close();'
until_is 'an event by NATS, acknowledged' '"stream":"compliance-ingest".*"accepted":1' \
  docker compose exec -T ingestion sh -c 'cd libs/messaging && exec node --input-type=module -e "$0" "$1"' "$publish" \
  "{\"event_id\":\"nats-$stamp\",\"event_type\":\"storage_bucket_permission_changed\",\"user\":\"nats-$stamp\",\"raw_data\":{\"bucket_name\":\"wages\",\"public\":true,\"changed_by\":\"nats\"}}"
until_is 'its finding' '"rule_name":"public_bucket_detected"' curl -sS "$api/findings?user=nats-$stamp"

until_is 'enrichment queued' '"id":"' curl -sS -X POST "$api/enrichments" -H 'content-type: application/json' -d '{}'
until_is 'the finding has a score' '"risk_score":[0-9]+' curl -sS "$api/findings?user=nats-$stamp"

until_is 'the dashboard' '<div id="root"' curl -sS "$web/"
browser=${CHROMIUM_PATH:-$(command -v chromium chromium-browser google-chrome-stable google-chrome | head -n 1 || true)}
if [ -n "$browser" ] && [ -d node_modules/playwright-core ]; then
  mkdir -p test-output/screenshots
  CHROMIUM_PATH=$browser node deploy/look-at-dashboard.mjs "$web" "nats-$stamp" test-output/screenshots/compose.png
  echo 'ok: the dashboard in Chromium: a finding with its score, and one that appears by itself'
elif [ -n "${CI:-}" ]; then
  echo 'FAILED: no Chromium, or no node_modules, to look at the dashboard with'
  exit 1
else
  echo 'NOT LOOKED AT: the dashboard, because there is no Chromium or no node_modules'
fi
until_is 'its strict policy' "^content-security-policy: default-src 'self'" bash -c "curl -sSI '$web/' | tr 'A-Z' 'a-z'"
until_is 'no answer for other hosts' '^421 421 421$' bash -c "for url in '$web/' '$web/api/health' '$api/health'; do
  curl -sS -o /dev/null -w '%{http_code}\n' -H 'Host: evil.test' \$url; done | paste -sd ' '"
until_is 'its own routes' '<div id="root"' curl -sS "$web/findings"
until_is 'the API on the same origin' '"total_events":' curl -sS "$web/api/stats/summary"
until_is 'a user that is not root' '^1000$' docker compose exec -T rules id -u
until_is 'Redis keeps jobs' 'noeviction' docker compose exec -T redis redis-cli config get maxmemory-policy

docker compose kill --signal KILL ingestion rules gateway >/dev/null 2>&1
docker compose up --detach --wait --wait-timeout 120 >/dev/null 2>&1
until_is 'well again after services were killed' '"status":"ok"' curl -sS "$api/health/ready"
docker compose up --detach --wait --wait-timeout 120 --scale rules=3 --scale ingestion=2 --scale ai-worker=2 >/dev/null 2>&1
until_is 'an event with several of each' '"accepted":1' curl -sS -X POST "$api/events" -H 'content-type: application/json' -d \
  "{\"event_type\":\"login_success\",\"user\":\"scaled-$stamp\"}"
until_is 'it is stored' "scaled-$stamp" curl -sS "$api/events?user=scaled-$stamp"
echo 'The compose stack works.'

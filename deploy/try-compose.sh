#!/usr/bin/env bash
# Starts the compose stack for real, on a project and ports of its own, with passwords that are hard to write down, and tries
# it: events in by REST and by the documented programs for NATS, the findings and enrichments out, the dashboard in a real
# Chromium, its policy, services that are killed and scaled, a password that is changed. Removes everything again. Needs
# Docker with Compose, `npm ci`, Chromium (CHROMIUM_PATH, or one on the PATH) and Python with nats-py, which it installs into
# a folder of its own where it can. NATS is published on 4222, as in docs/profiles.md; NATS_PORT chooses another port.
#   deploy/try-compose.sh            build, try, remove
#   KEEP=1 deploy/try-compose.sh     leaves the stack running
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-mcm-try-$$}
export API_PORT=${API_PORT:-18000} WEB_PORT=${WEB_PORT:-18080} NATS_PORT=${NATS_PORT:-4222}
export IMAGE_TAG=${IMAGE_TAG:-$COMPOSE_PROJECT_NAME}
hard='p@ss/w#rd%1"\:$x'
# Some secrets are given, the others made by the first start.
export POSTGRES_PASSWORD="$hard" REDIS_PASSWORD="$hard" NATS_PASSWORD="$hard"
unset POSTGRES_APP_PASSWORD NATS_PRODUCER_PASSWORD INTAKE_SECRET AUTH_MODE PUBLIC_URL
work=$(mktemp -d)
api=http://127.0.0.1:$API_PORT web=http://localhost:$WEB_PORT
stamp=$(date +%s)

finish() {
  local code=$?
  if [ "$code" -ne 0 ]; then
    docker compose ps --all || true
    docker compose logs --no-color --tail 40 || true
  fi
  if [ -z "${KEEP:-}" ]; then
    docker compose --profile demo down --volumes --timeout 20 >/dev/null 2>&1 || true
    docker image rm "mini-compliance-monitor/service:$IMAGE_TAG" "mini-compliance-monitor/web:$IMAGE_TAG" >/dev/null 2>&1 || true
  fi
  rm -rf "$work"
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

# as_producer NAME COMMAND...: with the credentials of this user of NATS.
as_producer() {
  local name=$1
  shift
  NATS_USER=$name NATS_PASSWORD=$(deploy/nats-producer.sh show "$name") "$@"
}

docker compose config --quiet
echo "ok: docker-compose.yml is valid"
docker compose up --detach --build --wait --wait-timeout 300
echo "ok: everything is up"
docker image ls --format '{{.Repository}}:{{.Tag}} {{.Size}}' | grep "^mini-compliance-monitor/.*:$IMAGE_TAG " | sed 's/^/image: /'
published=$(docker compose ps --format '{{.Ports}}' | grep -o '[0-9.]*:[0-9]*->' | sort -u | tr '\n' ' ')
expected=$(printf '127.0.0.1:%s->\n' "$API_PORT" "$WEB_PORT" "$NATS_PORT" | sort -u | tr '\n' ' ')
[ "$published" = "$expected" ] || { echo "FAILED: published: $published"; exit 1; }
echo "ok: published on this machine alone: $published"
roots=$(docker compose ps --quiet | xargs docker inspect --format '{{.Name}} {{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.LogConfig.Type}}' |
  grep -Ev ' (node|101|postgres|redis|1000:1000) true \[ALL\] local$' || true)
[ -z "$roots" ] || { echo "FAILED: with root, capabilities, a file system to write to, or endless logs: $roots"; exit 1; }
echo 'ok: nothing runs as root, with capabilities, with a file system to write to, or with logs that grow for ever'

until_is 'nothing without a sign-in' '^401 401 401 200$' bash -c "for path in findings docs stats/summary health; do
  curl -sS -o /dev/null -w '%{http_code}\n' $api/\$path; done | paste -sd ' '"
key=$(docker compose exec -T gateway node services/gateway/dist/keys-cli.js create try events:write,read,triage)
curl() {
  command curl -H "authorization: Bearer $key" "$@"
}
until_is 'an event by REST' '"accepted":1' curl -sS -X POST "$api/events" -H 'content-type: application/json' -d \
  "{\"event_id\":\"rest-$stamp\",\"event_type\":\"storage_bucket_permission_changed\",\"user\":\"rest-$stamp\",\"raw_data\":{\"bucket_name\":\"payroll\",\"public\":true,\"changed_by\":\"rest\"}}"
until_is 'its finding' '"rule_name":"public_bucket_detected"' curl -sS "$api/findings?user=rest-$stamp"

# The programs of docs/profiles.md that push events by NATS, word for word; only another port, where one was chosen.
program() {
  awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } inside && /^```/ { exit } inside' docs/profiles.md |
    sed "s#localhost:4222#localhost:$NATS_PORT#"
}
mkdir -p test-output
program js >test-output/try-compose.mjs
until_is 'an event by the documented program for Node' '^acknowledged$' as_producer producer \
  bash -c 'node test-output/try-compose.mjs && echo acknowledged'
deploy/nats-producer.sh add warehouse >"$work/warehouse"
until_is 'an event of a new producer' '^acknowledged$' as_producer warehouse \
  bash -c 'node test-output/try-compose.mjs && echo acknowledged'
until_is 'a producer without credentials is refused' 'Authorization Violation' env NATS_PASSWORD= node test-output/try-compose.mjs
deploy/nats-producer.sh remove warehouse
until_is 'a producer that was removed is refused' 'Authorization Violation' \
  env NATS_USER=warehouse NATS_PASSWORD="$(cat "$work/warehouse")" node test-output/try-compose.mjs
until_is 'no secret of another audience' 'Permission denied' docker compose exec -T rules cat /run/mcm/postgres-owner
until_is 'services own nothing in the database' 'permission denied|must be owner' docker compose exec -T postgres \
  sh -c 'PGPASSWORD=x psql -U mcm -d mcm -v ON_ERROR_STOP=1 -c "set role mcm_app" -c "truncate events"'
until_is 'no intake without the secret' 'INTAKE.SECRET_WRONG' docker compose exec -T rules node -e \
  'fetch("http://ingestion:8001/intake").then((answer) => answer.text()).then(console.log)'
until_is 'it is stored' '"event_id":"41"' curl -sS "$api/events?user=alice"
python=${PYTHON:-python3}
if ! "$python" -c 'import nats' 2>/dev/null; then
  if "$python" -m venv "$work/venv" && "$work/venv/bin/pip" install --quiet nats-py; then python=$work/venv/bin/python; else python=''; fi
fi
if [ -n "$python" ]; then
  program python >"$work/program.py"
  until_is 'an event by the documented program for Python' '"stream":"compliance-ingest".*"accepted":1' as_producer producer "$python" "$work/program.py"
  sed 's/"event_type": "login_failed", //' "$work/program.py" >"$work/refused.py"
  until_is 'why another one is refused' '"reason":"EVENT.INVALID"' as_producer producer "$python" "$work/refused.py"
  cat >"$work/publish.py" <<'PYTHON'
import asyncio, os, nats

async def main():
    nc = await nats.connect(f"nats://localhost:{os.environ['NATS_PORT']}", user="producer",
                            password=os.environ["NATS_PASSWORD"])
    try:
        await nc.jetstream().publish("compliance.events.ingest", b'{"user": "alice"}')
    except nats.js.errors.APIError as error:
        print(error)
    await nc.close()

asyncio.run(main())
PYTHON
  until_is "the same as an error of nats-py's own" "code=422.*The event was refused" as_producer producer "$python" "$work/publish.py"
elif [ -n "${CI:-}" ]; then
  echo 'FAILED: no Python with nats-py'
  exit 1
else
  echo 'NOT TRIED: the program for Python, because there is no Python with nats-py'
fi

until_is 'enrichment queued' '"id":"' curl -sS -X POST "$api/enrichments" -H 'content-type: application/json' -d '{}'
until_is 'the finding has a score' '"risk_score":[0-9]+' curl -sS "$api/findings?user=rest-$stamp"

until_is 'the dashboard' '<div id="root"' curl -sS "$web/"
browser=${CHROMIUM_PATH:-$(command -v chromium chromium-browser google-chrome-stable google-chrome | head -n 1 || true)}
if [ -n "$browser" ] && [ -d node_modules/playwright-core ]; then
  mkdir -p test-output/screenshots
  setup=$(docker compose logs --no-color gateway | grep -o 'http://.*/welcome#.*' | tail -n 1)
  CHROMIUM_PATH=$browser API_KEY=$key SETUP_LINK=$setup node deploy/look-at-dashboard.mjs "$web" "rest-$stamp" test-output/screenshots/compose.png
  echo 'ok: the dashboard in Chromium: the first admin, a finding with its score, and one that appears by itself'
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
until_is 'Redis keeps jobs' 'noeviction' docker compose exec -T redis \
  sh -c 'REDISCLI_AUTH="$(cat /run/mcm/redis)" redis-cli config get maxmemory-policy'

docker compose kill --signal KILL ingestion rules gateway >/dev/null 2>&1
docker compose up --detach --wait --wait-timeout 120 >/dev/null 2>&1
until_is 'well again after services were killed' '"status":"ok"' curl -sS "$api/health/ready"
before=$(docker compose ps --quiet | sort)
docker compose up --detach --wait --wait-timeout 120 --scale gateway=2 --scale rules=3 --scale ingestion=2 --scale ai-worker=2 >/dev/null 2>&1
replaced=$(comm -23 <(echo "$before") <(docker compose ps --quiet | sort))
[ -z "$replaced" ] || { echo "FAILED: scaling replaced: $replaced"; exit 1; }
echo 'ok: scaling adds, and replaces nothing'
until_is 'an event with several of each' '"accepted":1' curl -sS -X POST "$api/events" -H 'content-type: application/json' -d \
  "{\"event_type\":\"login_success\",\"user\":\"scaled-$stamp\"}"
until_is 'it is stored' "scaled-$stamp" curl -sS "$api/events?user=scaled-$stamp"
docker kill "$(docker compose ps --quiet gateway | head -n 1)" >/dev/null
for _ in $(seq 20); do curl -sSf "$api/stats/summary" >/dev/null || { echo 'FAILED: the other gateway does not answer'; exit 1; }; done
echo 'ok: the API while one of two gateways is dead'

# A database keeps the password that it was made with.
export POSTGRES_PASSWORD='another one'
SECONDS=0
if docker compose up --detach >"$work/changed" 2>&1; then echo 'FAILED: up with a changed password'; exit 1; fi
[ "$SECONDS" -lt 60 ] || { echo "FAILED: $SECONDS seconds until up ended"; exit 1; }
until_is "a changed password ends up after $SECONDS s" "migrate.*didn't complete successfully" cat "$work/changed"
until_is 'and migrate says why' 'does not let us in: .*password authentication failed' docker compose logs --no-color migrate
docker compose exec -T postgres psql -q -U mcm -c "ALTER ROLE mcm PASSWORD '$POSTGRES_PASSWORD'"
docker compose up --detach --wait --wait-timeout 120 >/dev/null 2>&1
until_is 'well again with the password changed in the database too' '"status":"ok"' curl -sS "$api/health/ready"
# The demo: no sign-in, on this machine alone.
docker compose --profile demo down --timeout 20 >/dev/null 2>&1
docker compose --profile demo up --detach --wait --wait-timeout 300 >/dev/null 2>&1
until_is 'the demo asks for no sign-in' '"mode":"open"' command curl -sS "$api/auth"
until_is 'and answers' '"total_events":' command curl -sS "$web/api/stats/summary"
until_is 'its simulator pushes' '"event_type":"login' command curl -sS "$api/events?limit=100"
docker compose --profile demo down --timeout 20 >/dev/null 2>&1
if PUBLISH_ADDRESS=0.0.0.0 docker compose --profile demo up --detach --wait --wait-timeout 60 >/dev/null 2>&1; then
  echo 'FAILED: the demo was opened to the network'
  exit 1
fi
until_is 'the demo is refused on the network' 'AUTH_MODE=local' docker compose logs --no-color gateway
echo 'The compose stack works.'

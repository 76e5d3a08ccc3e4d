#!/usr/bin/env bash
# build-ui.sh: the Studio's interface and the player, from web/studio, web/player, web/preview and web/runtime into web/dist. Once per version
# of those sources: a stamp in target/npm/ holds their checksum. Without Node there is nothing to do: Helios works without them.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null 2>&1; then
  echo "Node is not installed: Helios is built without the Studio's interface (make deps says how to install it)"
  exit 0
fi
stamp=target/npm/ui
sum="$(find web/studio web/player web/preview web/runtime -path '*/node_modules' -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)"
if [ -f web/dist/studio/index.html ] && [ -f web/dist/player/helios-player.js ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$sum" ]; then exit 0; fi
scripts/npm-ci.sh web/studio
mkdir -p target/npm
(cd web/studio && npm run --silent build)
echo "$sum" >"$stamp"

#!/usr/bin/env bash
# npm-ci.sh <folder>…: installs the locked npm packages of each folder that has a lock file, once per version of that file.
# A stamp in target/npm/ holds the checksum of the lock file it was installed from, so a warm run costs milliseconds.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p target/npm

for folder in "$@"; do
  folder="${folder%/}"
  lock="$folder/package-lock.json"
  [ -f "$lock" ] || continue
  stamp="target/npm/${folder//\//-}"
  sum="$(cat "$folder/package.json" "$lock" | sha256sum)"
  if [ -d "$folder/node_modules" ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$sum" ]; then continue; fi
  echo "npm ci in $folder"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
  echo "$sum" >"$stamp"
done

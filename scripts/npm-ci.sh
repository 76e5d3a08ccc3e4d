#!/usr/bin/env bash
# npm-ci.sh <folder>…: installs the locked npm packages of each folder that has a lock file, once per version of that file.
# A stamp in target/npm/ holds the checksum of the lock file it was installed from, and of our own packages where it names them
# (they are copied), so a warm run costs milliseconds.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p target/npm

for folder in "$@"; do
  folder="${folder%/}"
  lock="$folder/package-lock.json"
  [ -f "$lock" ] || continue
  stamp="target/npm/${folder//\//-}"
  files=("$folder/package.json" "$lock")
  if grep -q '"file:../../web/packages/' "$lock"; then
    mapfile -t -O 2 files < <(find web/packages -name node_modules -prune -o -type f -print | sort)
  fi
  sum="$(cat "${files[@]}" | sha256sum)"
  if [ -d "$folder/node_modules" ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$sum" ]; then continue; fi
  echo "npm ci in $folder"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
  echo "$sum" >"$stamp"
done

#!/usr/bin/env bash
# Makes sure that the programs Helios needs are here: a browser, FFmpeg, fonts, Node for the examples, a C compiler for Rust.
# Nothing missing: says nothing and changes nothing. Something missing, on Debian, as root or with passwordless sudo:
# installs exactly that. Otherwise: says what is missing and which command installs it, and fails.
set -euo pipefail

missing=()

# need <package> <command>: the package is missing when the command is.
need() { command -v "$2" >/dev/null 2>&1 || missing+=("$1"); }

# need_font <package> <family>: fc-match always answers with something, so ask for the family by name.
need_font() {
  command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list "$2")" ] || missing+=("$1")
}

node_major() { node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p'; }

need chromium chromium
need chromium-headless-shell chromium-headless-shell
need ffmpeg ffmpeg
need fontconfig fc-list
need_font fonts-liberation "Liberation Sans"
need_font fonts-dejavu-core "DejaVu Sans"
[ "$(node_major || true)" != "" ] && [ "$(node_major)" -ge 18 ] || missing+=(nodejs)
need npm npm
command -v cc >/dev/null 2>&1 || missing+=(gcc libc6-dev)

if ! command -v cargo >/dev/null 2>&1; then
  echo "Rust is missing: install it from https://rustup.rs, then run this again." >&2
  exit 1
fi

[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(none); fi
fi

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Missing (by their Debian names): ${missing[*]}" >&2
  echo "Install them with the package manager of this system, then run this again." >&2
  exit 1
fi
if [ "${as_root[*]-}" = none ]; then
  echo "Missing: ${missing[*]}" >&2
  echo "Install them with: sudo apt-get update && sudo $install" >&2
  exit 1
fi

echo "Installing from Debian: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
# shellcheck disable=SC2086 # the package names are words of this script
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install

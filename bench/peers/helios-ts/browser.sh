#!/usr/bin/env bash
# The browser without two flags of the renderer, with which Chromium 156 never answers its first screenshot.
args=()
for arg in "$@"; do
  case "$arg" in
    --enable-begin-frame-control | --single-process) ;;
    *) args+=("$arg") ;;
  esac
done
exec "${HELIOS_BENCH_BROWSER:-/usr/lib/chromium/chromium-headless-shell}" "${args[@]}"

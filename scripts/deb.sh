#!/usr/bin/env bash
# Makes target/helios_VERSION_ARCH.deb of target/release/helios, with dpkg-deb alone.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${1:-target/release/helios}
[ -x "$binary" ] || { echo "There is no $binary: make build" >&2; exit 1; }
version=$("$binary" --version | cut -d' ' -f2)
arch=$(dpkg --print-architecture)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

install -Dm755 "$binary" "$root/usr/bin/helios"
strip --strip-unneeded "$root/usr/bin/helios" 2>/dev/null || true
doc=$root/usr/share/doc/helios
install -Dm644 -t "$doc" README.md docs/jobs.md docs/engines.md
"$binary" man "$root/usr/share/man/man1"
gzip -9n "$root"/usr/share/man/man1/*.1
install -d "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" "$root/usr/share/fish/vendor_completions.d"
"$binary" completions bash >"$root/usr/share/bash-completion/completions/helios"
"$binary" completions zsh >"$root/usr/share/zsh/vendor-completions/_helios"
"$binary" completions fish >"$root/usr/share/fish/vendor_completions.d/helios.fish"
{
  printf '%s\n' "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/" "Upstream-Name: helios" \
    "Source: https://github.com/helios-render/helios" "" "Files: *" "Copyright: the Helios developers" "License: Expat or Apache-2.0" "" \
    "License: Apache-2.0" " On Debian systems: /usr/share/common-licenses/Apache-2.0" "" "License: Expat"
  sed 's/^$/./; s/^/ /' LICENSE-MIT
} >"$doc/copyright"
{
  printf 'helios (%s) unstable; urgency=medium\n\n  * This version.\n\n' "$version"
  printf ' -- The Helios developers <helios@example.invalid>  %s\n' "$(date -uR -r "$binary")"
} | gzip -9n >"$doc/changelog.gz"
chmod 644 "$doc"/*
# The oldest C library that has all that the binary asks for.
libc=$(grep -aoE 'GLIBC_2\.[0-9]+' "$binary" | sort -uV | tail -1 | cut -d_ -f2)
mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: helios
Version: $version
Architecture: $arch
Maintainer: The Helios developers <helios@example.invalid>
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: libc6 (>= $libc), libgcc-s1, ffmpeg, chromium | chromium-headless-shell | google-chrome-stable
Recommends: chromium, chromium-sandbox, chromium-headless-shell, fontconfig, fonts-liberation, fonts-dejavu-core
Section: video
Priority: optional
Homepage: https://github.com/helios-render/helios
Description: turns web pages into video
 Opens a page in a real Chromium, moves its time forward frame by frame, takes
 every frame without loss and encodes with FFmpeg, on many cores or machines.
CONTROL
deb=target/helios_${version}_$arch.deb
dpkg-deb --root-owner-group --build "$root" "$deb" >/dev/null
echo "$deb"

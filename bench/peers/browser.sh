#!/usr/bin/env bash
# The headless shell, which paints as Helios has its browser paint (crates/helios-renderer/src/chromium.rs): so that what a tool draws
# differs from what Helios draws by the tool alone.
FONTCONFIG_FILE="$(dirname "$0")/fonts.conf"
export FONTCONFIG_FILE
exec /usr/lib/chromium/chromium-headless-shell "$@" \
  --hide-scrollbars --disable-lcd-text --font-render-hinting=none --force-color-profile=srgb --disable-gpu-compositing --use-angle=swiftshader \
  --enable-unsafe-swiftshader --disable-checker-imaging --disable-image-animation-resync --disable-partial-raster --ui-disable-partial-swap \
  --enable-low-end-device-mode --disable-rgba-4444-textures "--js-flags=--no-optimize-for-size --max-old-space-size=4096 --max-semi-space-size=16" --lang=en-US

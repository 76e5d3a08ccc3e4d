#!/usr/bin/env bash
# Renders one small page to every format and writes what ffprobe finds in each to docs/formats.md.
# Usage: scripts/formats.sh HELIOS [FILE]
set -euo pipefail
helios=$(realpath "$1")
table=$(realpath -m "${2:-docs/formats.md}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > page.html <<'PAGE'
<!doctype html><meta name="helios" content="width=128,height=72,fps=30,duration=0.5">
<style>i { position: absolute; left: 8px; top: 8px; width: 48px; height: 48px; background: rgb(200 60 20 / .6); animation: go .5s linear }
@keyframes go { to { left: 70px } }</style><i></i>
PAGE
cat > talk.srt <<'SRT'
1
00:00:00,000 --> 00:00:00,400
Hello
SRT

# Pictures are read from the number of the first one on, which is 0.
start() { if [[ $1 == *%* ]]; then echo "-f image2 -framerate 30 -start_number 0"; fi; }

# One line of the table: the file, and the flags it is rendered with.
row() {
  local file=$1 facts
  shift
  "$helios" render page.html -q -o "$file" --concurrency 2 "$@"
  if [[ $file == *.webp ]]; then
    # FFmpeg 5.1 writes animated WebP and does not read it.
    facts=$(python3 - "$file" <<'PY'
import sys
data, at, times, alpha = open(sys.argv[1], "rb").read(), 12, [], False
while at + 8 <= len(data):
    size = int.from_bytes(data[at + 4:at + 8], "little")
    if data[at:at + 4] == b"VP8X": alpha = bool(data[at + 8] & 16)
    if data[at:at + 4] == b"ANMF": times.append(int.from_bytes(data[at + 20:at + 23], "little"))
    at += 8 + size + size % 2
print(f"{len(times)} | {sum(times) / 1000:.3f} | webp | – | – | {'yes' if alpha else 'no'}")
PY
)
  else
    facts=$(ffprobe -v error -count_packets -show_streams -show_format -of json $(start "$file") "$file" | python3 -c '
import json, sys
found = json.load(sys.stdin)
video = found["streams"][0]
tags = video.get("tags", {})
alpha = "1" in (tags.get("alpha_mode"), tags.get("ALPHA_MODE")) or video.get("pix_fmt", "").startswith(("yuva", "rgba", "bgra", "gbrap"))
streams = ", ".join((s["codec_name"] + " " + s.get("profile", "")).strip() for s in found["streams"])
names = [video.get(key, "–") for key in ("color_range", "color_space", "color_transfer", "color_primaries")]
duration = found["format"].get("duration")
print(" | ".join([video["nb_read_packets"], f"{float(duration):.3f}" if duration else "–", streams, video["pix_fmt"], " ".join(names),
                  "yes" if alpha else "no"]))')
  fi
  printf '| `%s` | %s | %s |\n' "$file" "${*:-–}" "$facts"
}

{
  cat <<'HEAD'
# Formats

Made by `make formats`: one page of 15 frames at 30 frames/s, rendered by two workers to every format, and what `ffprobe` says of the
files. FFmpeg reads neither the animation of a WebP nor how long an APNG or pictures are shown; GIF is always read as if it had
transparency, and WebP always says that it may have.

| file | flags | frames | seconds | streams | pixels | range, matrix, transfer, primaries | alpha |
|---|---|---|---|---|---|---|---|
HEAD
  row h264.mp4
  row h264-10.mp4 --pixel-format yuv420p10le
  row h264-rgb.mp4 --color-space srgb
  row h264-601.mp4 --color-space bt601
  row h265.mp4 --video-codec h265
  row h265-2020.mp4 --video-codec h265 --color-space bt2020
  row h265-444.mp4 --video-codec h265 --pixel-format yuv444p10le
  row av1.mp4 --video-codec av1
  row av1-10.mp4 --video-codec av1 --pixel-format yuv420p10le
  row track.mp4 --captions talk.srt --caption-mode track
  row vp9.webm
  row vp9-alpha.webm --alpha
  row vp9-10.webm --pixel-format yuv422p10le
  row av1.webm --video-codec av1
  row track.webm --captions talk.srt --caption-mode track
  row prores.mov --video-codec prores
  row prores-4444.mov --video-codec prores --preset 4444
  row prores-alpha.mov --video-codec prores --alpha
  row ffv1.mkv --video-codec ffv1
  row ffv1-alpha.mkv --video-codec ffv1 --alpha
  row a.gif
  row alpha.gif --alpha
  row a.webp
  row alpha.webp --alpha
  row a.apng
  row alpha.apng --alpha
  row png/%05d.png
  row png-alpha/%05d.png --alpha
  row jpeg/%05d.jpg
} > "$folder/table.md"
mv "$folder/table.md" "$table"
echo "The table is in $table"

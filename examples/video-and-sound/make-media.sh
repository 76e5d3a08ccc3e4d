#!/bin/sh
# Makes the video and the sounds of this example with FFmpeg, beside this file.
set -eu
cd "$(dirname "$0")"
make() { ffmpeg -v error -y "$@"; }
make -f lavfi -i "testsrc2=s=640x360:r=25:d=4" -f lavfi -i "sine=f=330:d=4" -c:v libx264 -pix_fmt yuv420p -c:a aac clip.mp4
make -f lavfi -i "aevalsrc=0.2*sin(2*PI*110*t)*(1+sin(2*PI*2*t)):d=8" music.wav
make -f lavfi -i "aevalsrc=0.8*exp(-40*t)*sin(2*PI*1200*t):d=0.2" tick.wav

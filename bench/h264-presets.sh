#!/bin/sh
# Size, SSIM and CPU of x264 by preset, CRF and thread count on generated scenes; the table in docs/encoding.md is its output.
# Needs ffmpeg. Writes only to a temporary folder. Usage: bench/h264-presets.sh [WIDTHxHEIGHT] [FRAMES]
set -eu
size=${1:-1280x720}
frames=${2:-90}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What web pages animate: flat shapes and hard edges, slow gradients, moving text.
scene() {
    case $1 in
    shapes) echo "testsrc2=s=$size:r=30" ;;
    gradient) echo "gradients=s=$size:r=30:speed=0.02:c0=0x10203f:c1=0xe04080:c2=0x20c0a0:nb_colors=3:seed=7" ;;
    text) echo "color=c=0xf4f0e8:s=$size:r=30,drawtext=text='Frames per second, exactly':fontsize=64:fontcolor=0x202020:x=40+t*90:y=120+40*sin(t*3),drawtext=text='The quick brown fox jumps over the lazy dog 0123456789':fontsize=28:fontcolor=0x3050a0:x=w-t*160:y=420" ;;
    esac
}

for name in shapes gradient text; do
    ffmpeg -v error -f lavfi -i "$(scene $name)" -frames:v "$frames" \
        -vf scale=out_color_matrix=bt709:out_range=tv -pix_fmt yuv420p -f rawvideo "$work/$name.yuv"
done

# encode SCENE PRESET CRF THREADS -> "cpu wall bytes ssim"
encode() {
    raw="-f rawvideo -pix_fmt yuv420p -s:v $size -framerate 30 -i $work/$1.yuv"
    # shellcheck disable=SC2086
    ffmpeg -v info -benchmark -y $raw -c:v libx264 -profile:v high -g 60 -preset "$2" -crf "$3" -threads "$4" \
        -f mov "$work/out.mov" 2>"$work/log"
    times=$(sed -n 's/^bench: utime=\([0-9.]*\)s stime=\([0-9.]*\)s rtime=\([0-9.]*\)s.*/\1 \2 \3/p' "$work/log")
    # shellcheck disable=SC2086
    ssim=$(ffmpeg -v info -i "$work/out.mov" $raw -lavfi "[0:v][1:v]ssim" -f null - 2>&1 |
        sed -n 's/.*All:\([0-9.]*\).*/\1/p')
    # shellcheck disable=SC2086
    set -- $times "$ssim" "$(wc -c <"$work/out.mov")"
    awk -v u="$1" -v s="$2" -v r="$3" -v q="$4" -v b="$5" -v n="$frames" \
        'BEGIN { printf "| %.1f | %.1f | %.1f | %s |\n", (u + s) * 1000 / n, r * 1000 / n, b / n / 1000, q }'
}

echo "| scene | preset | CRF | threads | CPU ms/frame | wall ms/frame | KB/frame | SSIM |"
echo "|---|---|---|---|---|---|---|---|"
for name in shapes gradient text; do
    for preset in ultrafast veryfast fast medium; do
        for crf in 16 18 20 23; do
            [ "$crf" = 18 ] || [ "$preset" = veryfast ] || continue
            printf '| %s | %s | %s | 2 %s\n' $name $preset $crf "$(encode $name $preset $crf 2)"
        done
    done
done
for threads in 1 2 3 4 8; do
    printf '| %s | %s | %s | %s %s\n' shapes veryfast 18 $threads "$(encode shapes veryfast 18 $threads)"
done

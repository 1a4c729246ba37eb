#!/bin/sh
# One incident report of all objects below a prefix, without a cluster: each object is read once, by as many processes as
# there are cores, and kept as a digest; the digests are merged.
#
#   scale/bucket_report.sh gs://BUCKET/PREFIX report.md
#   scale/bucket_report.sh FOLDER report.md
#
# FIVEWHYS names the command, JOBS the number of processes, GENERATED_AT the time shown in the report. A digest is as
# sensitive as its log: they stand in a temporary folder of the user's own, which is removed at the end.
# Exit status 0; 2 where an object could not be read to its end (its name is printed; the report is made of the others).
set -eu

from=${1:?which bucket or folder?}
out=${2:?which report?}
FIVEWHYS=${FIVEWHYS:-fivewhys}
JOBS=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir "$work/digests" "$work/failed"
export FIVEWHYS work

case $from in
gs://*)
    list() { gcloud storage ls "${from%/}/**"; }
    READ='gcloud storage cat'
    ;;
*)
    list() { find "$from" -type f; }
    READ=cat
    ;;
esac
export READ

# A pipe hides how its first part ended, so that part leaves a mark where it fails.
list | tr '\n' '\0' | xargs -0 -n 1 -P "$JOBS" sh -c '
    object=$1
    digest=$(mktemp "$work/digests/XXXXXXXXXX")
    mark=$work/failed/${digest##*/}
    { $READ "$object" || printf "%s\n" "$object" >"$mark"; } |
        "$FIVEWHYS" digest - --name "${object##*/}" --jobs 1 --out "$digest" ||
        printf "%s\n" "$object" >"$mark"
    if [ -e "$mark" ]; then rm -f "$digest"; fi
' sh

"$FIVEWHYS" merge "$work/digests" --out "$out" ${GENERATED_AT:+--generated-at "$GENERATED_AT"}
if [ -n "$(ls "$work/failed")" ]; then
    echo "These objects could not be read to their end and are missing from $out:" >&2
    cat "$work"/failed/* >&2
    exit 2
fi

#!/usr/bin/env bash
# The sample report is what its script makes.
set -euo pipefail
if ! command -v python3 >/dev/null; then
    [ -z "${CI:-}" ] || { echo "python3 is not there: apt-get install python3"; exit 1; }
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 Examples/Studio/Sample/make-sample.py "$folder"
for file in "$folder"/*; do
    cmp "$file" "Examples/Studio/Sample/$(basename "$file")" || { echo "run Examples/Studio/Sample/make-sample.py"; exit 1; }
done

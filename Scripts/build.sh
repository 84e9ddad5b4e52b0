#!/usr/bin/env bash
# Builds with the arguments given, shows one moving line in a terminal, and the errors where it fails.
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
started=$SECONDS
if [ -t 1 ]; then
    swift build "$@"
elif ! swift build "$@" >"$log" 2>&1; then
    grep -E 'error:|warning: unre' "$log" | sort -u | head -40 >&2 || true
    tail -30 "$log" >&2
    exit 1
fi
echo "built in $((SECONDS - started)) s"

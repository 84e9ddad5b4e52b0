#!/usr/bin/env bash
# Runs every script in Scripts/checks and says which failed. A check prints what is wrong and where.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=0
for check in Scripts/checks/*.sh; do
    name=$(basename "$check" .sh)
    if output=$("$check" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        printf '%s\n' "$output" | head -60 | sed 's/^/        /'
        failed=$((failed + 1))
    fi
done
[ "$failed" = 0 ] || { echo "check: $failed failed" >&2; exit 1; }

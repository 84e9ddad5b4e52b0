#!/usr/bin/env bash
# Builds and runs all tests, or those whose name matches FILTER.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "Building the tests (the first time takes some minutes)…"
Scripts/build.sh --build-tests
arguments=(--skip-build --disable-xctest)
[ -n "${FILTER:-}" ] && arguments+=(--filter "$FILTER")
swift test "${arguments[@]}"

#!/usr/bin/env bash
# Builds Studio and tells its story. CSV=path imports your own Toggl Track report, DEMO_EXIT=1 exits at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "Building Studio (the first time takes some minutes)…"
Scripts/build.sh --product studio
exec "$(swift build --show-bin-path)/studio" demo

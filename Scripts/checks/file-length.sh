#!/usr/bin/env bash
# No source file over 500 lines.
git ls-files --cached --others --exclude-standard '*.swift' | grep -v '/Generated/' | while read -r file; do
    [ -f "$file" ] || continue
    lines=$(wc -l <"$file")
    [ "$lines" -le 500 ] || echo "$file: $lines lines; 500 is the ceiling, cut it by responsibility"
done | { ! grep .; }

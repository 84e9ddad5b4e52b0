#!/usr/bin/env bash
# No promise left in a comment, no test that waits by the clock, no lock without a name. A sleep of an hour is none: it
# stands for work that only its cancellation ends.
sources=$(git ls-files --cached --others --exclude-standard '*.swift')
{
    grep -nE 'TODO|FIXME|XXX' $sources
    grep -nE 'Task\.sleep\(|usleep\(|[^.]sleep\(|asyncAfter' $(printf '%s\n' $sources | grep 'Tests/[A-Za-z]*Tests/') |
        grep -v 'seconds(3600)'
    for file in $(grep -lE '@unchecked Sendable' $sources); do
        grep -nB3 '@unchecked Sendable' "$file" | grep -qiE '//.*(lock|mutex|queue|immutable)' ||
            echo "$file: @unchecked Sendable without a comment that names its lock"
    done
} | { ! grep .; }

#!/bin/sh
# Check a rule book in a git repository, and say what changed since a revision.
#
#   check-rules.sh BOOK [REVISION]
#
# Ends with the exit code of what failed first: 4 when the book is wrong or a rule's own case does not hold. What
# changed is written to the file that GITHUB_STEP_SUMMARY names, or to standard output.
set -u
book=${1:?"usage: check-rules.sh BOOK [REVISION]"}
base=${2:-}
failed=0

note() { [ "$failed" -ne 0 ] || failed=$1; }

if [ -n "${GITHUB_ACTIONS:-}" ]; then form=github; else form=text; fi
if screener rules check "$book" --format "$form"; then
    screener rules test --rules "$book" || note $?
else
    note $?
fi

if [ -n "$base" ] && [ "$failed" -ne 0 ]; then
    echo "what changed is not told while the book is wrong" >&2
elif [ -n "$base" ] && git -C "$book" cat-file -e "$base:./rulebook.yaml" 2>/dev/null; then
    changed=$(screener rules diff "$book" --git "$base" --format markdown) || note $?
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
        printf '%s\n' "$changed" >>"$GITHUB_STEP_SUMMARY"
    else
        printf '%s\n' "$changed"
    fi
elif [ -n "$base" ]; then
    echo "there is no rule book to compare with at $base" >&2
fi
exit "$failed"

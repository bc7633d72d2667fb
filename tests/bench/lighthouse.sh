#!/bin/sh
# Lighthouse and an HTML validator on a served copy of the content: every category on the phone profile for an article, a
# paragraph, a term and the speakers; every page's HTML. Needs Node, npm and Chromium; npm works in a temporary folder.
#   sh tests/bench/lighthouse.sh [lighthouse|html]
set -eu
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
WORK=${BENCH_WORK:-$(mktemp -d)}
PORT=${PORT:-8765}
WHAT=${1:-all}
mkdir -p "$WORK"
cd "$WORK"
[ -d node_modules/lighthouse ] || npm install --silent --no-audit --no-fund lighthouse html-validate
cp -r "$ROOT/content" .
cd "$ROOT"
PYTHON=${PYTHON:-.venv/bin/python}
export MEIPI_BASE_URL="http://127.0.0.1:$PORT" MEIPI_VAR="$WORK/var" MEIPI_RATE_LIMIT=""
"$PYTHON" -m app serve --port "$PORT" --content "$WORK/content" 2>"$WORK/serve.log" &
SERVER=$!
trap 'kill $SERVER' EXIT
BASE="http://127.0.0.1:$PORT"
ARTICLE="$BASE/a/shanghai-kechuang/"
until curl -sf -o /dev/null "$ARTICLE"; do sleep 0.3; kill -0 $SERVER; done
PARAGRAPH=$(curl -s "$BASE/api/v1/articles/shanghai-kechuang" | "$PYTHON" -c '
import json, sys
print([b["id"] for b in json.load(sys.stdin)["blocks"] if b["kind"] == "paragraph"][6])')
CHROME_PATH=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
export CHROME_PATH

if [ "$WHAT" != html ]; then
  echo "page           performance accessibility best-practices seo   LCP ms  FCP ms  CLS    TBT ms"
  for page in "article $ARTICLE" "paragraph $ARTICLE$PARAGRAPH/" "term $BASE/terms/wu-ge-zhongxin/" "speakers ${ARTICLE}speakers/" "people $BASE/speakers/"; do
    name=${page%% *} address=${page#* }
    # Twice, so that the best compression stands ready as it does for readers.
    for _ in 1 2 3; do curl -s -o /dev/null -H "accept-encoding: br" "$address"; done
    "$WORK/node_modules/.bin/lighthouse" "$address" --quiet --output=json --output-path="$WORK/$name.json" \
      --chrome-flags="--headless=new --no-sandbox --disable-background-networking --lang=zh-CN" >/dev/null
    "$PYTHON" - "$WORK/$name.json" "$name" <<'P'
import json, sys
r = json.load(open(sys.argv[1]))
c, a = r["categories"], r["audits"]
scores = [round(100 * (c[k]["score"] or 0)) for k in ("performance", "accessibility", "best-practices", "seo")]
times = [a[k]["numericValue"] for k in ("largest-contentful-paint", "first-contentful-paint", "cumulative-layout-shift", "total-blocking-time")]
print(f"{sys.argv[2]:14} {scores[0]:11} {scores[1]:13} {scores[2]:14} {scores[3]:4} {times[0]:8.0f} {times[1]:7.0f} {times[2]:5.3f} {times[3]:8.0f}")
for k in c.values():
    for ref in k["auditRefs"]:
        if ref["weight"] and a[ref["id"]]["score"] not in (1, None):
            print("   ", ref["id"], a[ref["id"]].get("displayValue", ""))
P
  done
fi

if [ "$WHAT" != lighthouse ]; then
  cat >"$WORK/.htmlvalidate.json" <<'J'
{ "extends": ["html-validate:standard"], "rules": { "no-inline-style": "error", "long-title": "off", "no-trailing-whitespace": "off", "attribute-boolean-style": "off", "tel-non-breaking": "off", "require-sri": "off" } }
J
  mkdir -p "$WORK/pages"
  n=0
  for path in / /articles/ "/articles/?year=2023" /terms/ /terms/wu-ge-zhongxin/ /speakers/ /speakers/luo-dajin/ /search/ "/search/?q=%E4%BA%94%E4%B8%AA" /docs /offline/ /a/none/ \
      /a/shanghai-kechuang/ "/a/shanghai-kechuang/?marks=all" "/a/shanghai-kechuang/?pinyin=1" /a/shanghai-kechuang/speakers/ /a/shanghai-kechuang/source/ "/a/shanghai-kechuang/$PARAGRAPH/"; do
    n=$((n + 1))
    curl -s -H "accept-language: zh" "$BASE$path" >"$WORK/pages/$n.html"
    "$WORK/node_modules/.bin/html-validate" --config "$WORK/.htmlvalidate.json" "$WORK/pages/$n.html" >"$WORK/pages/$n.txt" 2>&1 && echo "valid    $path" || { echo "INVALID  $path"; cat "$WORK/pages/$n.txt"; }
  done
fi

# The browser tests need a Chromium. One that is there is taken; on Debian, as root, it is installed.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "installing chromium and a Chinese font"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null && exit 0
fi
echo "no Chromium found: install chromium (Debian: apt-get install chromium fonts-noto-cjk)" >&2
exit 1

# The browser tests need a Chromium. Its headless shell draws the same pages in half the time: on Debian, as
# root, it is installed. Elsewhere, or without a network, another Chromium that is there is taken.
command -v chromium-headless-shell >/dev/null && exit 0
apt="timeout 300 apt-get -qq -o Acquire::http::Timeout=20 -o Acquire::Retries=1 -o DPkg::Lock::Timeout=60"
install() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
  echo "installing $1 and a Chinese font"
  $apt update && DEBIAN_FRONTEND=noninteractive $apt install -y "$1" fonts-noto-cjk >/dev/null
}
install chromium-headless-shell && exit 0
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
install chromium && exit 0
echo "no Chromium found: install one (Debian: apt-get install chromium-headless-shell fonts-noto-cjk)" >&2
exit 1

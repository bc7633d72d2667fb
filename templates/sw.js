// Opened pages stay readable without a network: articles with their cards, entries, looked-up words.
// The network comes first, so that no page is out of date while there is one; without it the cache answers.
const SHELL = "shell-" + {{ digest|tojson }};
const KEPT = "kept", MOST = 400;
const OFFLINE = {{ offline|tojson }};
const FILES = {{ files|tojson }};

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll([...FILES, OFFLINE])));
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
    await clients.claim();
    // The page that brought this worker was opened before it was there.
    for (const client of await clients.matchAll({ type: "window" })) if (worthKeeping(new URL(client.url), "text/html")) await keep(client.url).catch(() => {});
  })());
});

/** Ask for a page and keep the answer. */
const keep = async (url) => store(new Request(url), await fetch(url));

/** Pages and looked-up words are cached; searches, pictures, feeds and addresses for operators are not. */
const worthKeeping = (url, type) =>
  !/^\/(search|api\/v1\/search|read|edit|metrics|healthz|readyz|oembed|styleguide)/.test(url.pathname) && /^(text\/html|application\/json)/.test(type ?? "");

async function store(request, answer) {
  const url = new URL(request.url);
  url.hash = "";
  if (!answer.ok || answer.redirected || !worthKeeping(url, answer.headers.get("content-type"))) return;
  const kept = await caches.open(KEPT);
  // Anew at the end: the first of the keys is the one not asked for longest.
  await kept.delete(url.href);
  await kept.put(url.href, answer.clone());
  const keys = await kept.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await kept.delete(old);
}

/** When the answer that a page came from was made, for pages that came from here. */
const shown = new Map();
addEventListener("message", (event) => {
  if (event.source) event.source.postMessage({ kept: shown.get(event.source.id) ?? null });
});

/** A file of the site: its address names its content, so a kept one is right; under an old address today's will do. */
async function file(request) {
  const shell = await caches.open(SHELL), known = await shell.match(request);
  if (known) return known;
  try { return await fetch(request); } catch (fault) {
    const name = new URL(request.url).pathname.replace(/^\/static\/[^/]+\//, "");
    const now = FILES.find((path) => path.endsWith(`/${name}`));
    const found = now && await shell.match(now);
    if (found) return found;
    throw fault;
  }
}

async function page(event) {
  const { request } = event;
  try {
    const answer = await fetch(request);
    if (request.cache !== "no-store") event.waitUntil(store(request, answer.clone()));
    return answer;
  } catch (fault) {
    const url = new URL(request.url);
    url.hash = "";
    const kept = await (await caches.open(KEPT)).match(url.href, { ignoreVary: true });
    if (kept) {
      if (event.resultingClientId) shown.set(event.resultingClientId, kept.headers.get("date") ?? "");
      return kept;
    }
    if (request.mode !== "navigate") throw fault;
    const none = await (await caches.open(SHELL)).match(OFFLINE);
    if (!none) throw fault;
    return new Response(none.body, { status: 503, headers: none.headers });
  }
}

/** A pasted text that this browser keeps: the site has nothing at its address. */
const own = async (event) => await (await caches.open("own")).match(event.request.url.replace(/#.*/, ""), { ignoreSearch: true, ignoreVary: true }) ?? page(event);

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
  else if (url.pathname.startsWith("/read/kept/")) event.respondWith(own(event));
  else if (event.request.mode === "navigate" || /^\/api\/|^\/a\/[^/]+\/terms\/$/.test(url.pathname)) event.respondWith(page(event));
});

// Keeps the pages of tours, and what they are made of, for where there is no network. It answers for nothing else
// of the site: what is noted goes straight to the server, or waits in the page's own store.

const KEPT = "exigible-visits-1";
const PATIENCE_MS = 6000;
const PARTS = new Set(["script", "style", "font", "image"]);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const isTour = (url) => /\/visits\/\d+\/phone\/$/.test(url.pathname);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && isTour(url);
  if (isPage || PARTS.has(request.destination)) event.respondWith(answer(request));
});

// The network's answer, which is kept; without network, or with one that does not answer, what was kept last.
async function answer(request) {
  const store = await caches.open(KEPT);
  const kept = () => store.match(request.url, { ignoreVary: true });
  try {
    const response = await within(fetch(request), (await kept()) ? PATIENCE_MS : 0);
    if (isGood(response)) await store.put(request.url, response.clone());
    return response;
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}

const isGood = (response) => response.status === 200 && response.type === "basic" && !response.redirected;

function within(promise, milliseconds) {
  if (!milliseconds) return promise;
  const late = new Promise((_, no) => setTimeout(() => no(new Error("no answer")), milliseconds));
  return Promise.race([promise, late]);
}

// A page that has just opened asks for itself and its parts to be kept, and hears whether they are.
self.addEventListener("message", (event) => {
  const [port] = event.ports;
  event.waitUntil(keep(event.data.urls).then(() => port?.postMessage("kept"), () => port?.postMessage("not kept")));
});

async function keep(urls) {
  const store = await caches.open(KEPT);
  await forgetOld(store);
  for (const url of urls) {
    const response = await fetch(url, { credentials: "same-origin" });
    if (!isGood(response)) throw new Error(url);
    await store.put(response.url, response);
  }
}

// A tour is forgotten some days after its own: the server says until when it may be kept.
async function forgetOld(store) {
  const today = new Date().toISOString().slice(0, 10);
  for (const request of await store.keys()) {
    const until = (await store.match(request, { ignoreVary: true }))?.headers.get("X-Keep-Until");
    if (until && until < today) await store.delete(request, { ignoreVary: true });
  }
}

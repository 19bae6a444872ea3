// The service worker: gives the published files from its store, each checked, and hands what else is asked for under
// this folder to the application, which runs in a worker of an open page. It keeps no answer.
"use strict";
const VERSION = "{{ version }}";
const FILES = {{ files }};
const SHELL = "index.html";
const BASE = new URL(".", self.location.href);
const STORE = `screener ${BASE.pathname}`;
const PATIENCE = 30000; // milliseconds that a request waits for a page that can answer it
const UNHEARD = 1000; // milliseconds after which a page is taken for one that cannot answer
const HELD = 20000; // milliseconds between the end of a page and its being loaded anew

const key = (name) => new URL(`held/${encodeURIComponent(name)}`, BASE).href;

async function stored(name) {
  const { hash } = FILES[name];
  const store = await caches.open(STORE);
  const there = await store.match(key(hash));
  if (there) return there;
  const answer = await fetch(new URL(name, BASE), { integrity: `sha256-${hash}`, cache: "no-cache" });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  await store.put(key(hash), answer.clone());
  return answer;
}

async function fill() {
  for (const name of Object.keys(FILES)) await stored(name);
}

self.addEventListener("install", (event) => {
  // The first time nothing waits for anything: the page that is open loads what it needs through this worker. A new
  // version is complete before it is used, and it is used when no page of the old one is open, or when asked to.
  if (self.registration.active) event.waitUntil(fill());
  else self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

async function tidy() {
  const store = await caches.open(STORE);
  const wanted = new Set(Object.values(FILES).map(({ hash }) => key(hash)));
  wanted.add(key(`memory-${FILES["run/pack.bin.gz"].hash}`)); // the picture that the worker takes at the first start
  for (const request of await store.keys()) if (!wanted.has(request.url)) await store.delete(request);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== BASE.origin || !url.pathname.startsWith(BASE.pathname)) return;
  const name = url.pathname.slice(BASE.pathname.length);
  if (name !== SHELL && name in FILES) event.respondWith(plain(name));
  else if (event.request.mode === "navigate") event.respondWith(shell());
  else event.respondWith(application(event, url));
});

async function plain(name) {
  const answer = await stored(name);
  const headers = new Headers(answer.headers);
  if (name.endsWith(".js")) headers.set("content-security-policy", "{{ worker_policy }}");
  return new Response(answer.body, { status: 200, headers });
}

// The one page of the program, whatever its address is: it finds its files from the folder that it is published in.
async function shell() {
  const text = await (await stored(SHELL)).text();
  const page = text.replace(/(\s(?:href|src)=")\.\//g, (_, before) => before + BASE.pathname);
  return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
}

async function application(event, url) {
  const { request } = event;
  const asked = {
    method: request.method,
    target: `/${url.pathname.slice(BASE.pathname.length)}${url.search}`,
    headers: [...request.headers],
    body: ["GET", "HEAD"].includes(request.method) ? null : await request.arrayBuffer(),
  };
  const pages = await self.clients.matchAll({ type: "window" });
  pages.sort((one, other) => (other.id === event.clientId) - (one.id === event.clientId));
  for (const page of pages) {
    const told = await hand(page, asked).catch(() => null);
    if (!told) continue;
    const empty = request.method === "HEAD" || told.status === 204 || (told.status >= 300 && told.status < 400);
    return new Response(empty ? null : told.body, { status: told.status, headers: told.headers });
  }
  return new Response("no page is open that could answer this\n", { status: 503 });
}

// A page says at once that it takes a request; one that does not is passed over.
function hand(page, asked) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const unheard = setTimeout(reject, UNHEARD);
    port1.onmessage = ({ data }) => {
      clearTimeout(unheard);
      if (data.kind === "taken") setTimeout(reject, PATIENCE);
      else if (data.failed) reject(new Error(data.failed));
      else resolve(data.told);
    };
    page.postMessage({ kind: "request", asked }, [port2]);
  });
}

// What a page that is loaded anew goes on with, for some seconds, in memory alone; given once, to the same window.
const held = new Map();

self.addEventListener("message", (event) => {
  const { data, ports } = event;
  if (data.kind === "use") self.skipWaiting();
  if (data.kind === "fill") event.waitUntil(fill().then(() => ports[0].postMessage(true), () => ports[0].postMessage(false)));
  if (data.kind === "hold") {
    held.set(data.window, data.what);
    const forget = () => held.get(data.window) === data.what && held.delete(data.window); // not what is held since
    event.waitUntil(new Promise((done) => setTimeout(() => done(forget()), HELD)));
  }
  if (data.kind === "take") {
    ports[0].postMessage(held.get(data.window) ?? null);
    held.delete(data.window);
  }
});

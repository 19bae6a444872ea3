// Between this page and what answers it: the worker with Python, and the service worker.
"use strict";
const screenerSite = (() => {
  const RUN = new URL(".", document.currentScript.src); // the folder `run`
  const BASE = new URL("..", RUN);
  const GIVEN = JSON.parse(document.getElementById("given").textContent); // what a start of the program loads
  const HEARD = 3000; // milliseconds that the service worker may take to say what is held

  document.getElementById("no-script").remove();
  for (const it of document.querySelectorAll("[href^='./']")) it.href = it.href; // the address of this page will change

  const listeners = { loaded: [], step: [], ready: [], failed: [], version: [] };
  const on = (kind, listener) => listeners[kind].push(listener);
  const emit = (kind, data) => listeners[kind].forEach((listener) => listener(data));

  // Not `randomUUID`: pages from a computer nearby, without https, do not have it.
  const newName = () => [...crypto.getRandomValues(new Uint32Array(4))].map((it) => it.toString(36)).join("-");
  const window_ = windowName();

  // A name for this window, no answer; forgotten when it is loaded anew where the browser keeps nothing at all.
  function windowName() {
    const name = newName();
    try {
      const before = sessionStorage.getItem("screener window");
      sessionStorage.setItem("screener window", before ?? name);
      return before ?? name;
    } catch {
      return name;
    }
  }

  let worker = null;
  let registration = null;
  let number = 0;
  const waiting = new Map();
  const held = { state: null, answers: false, book: null, entries: [] }; // what goes on after this page is loaded anew

  let isReady;
  let isNot;
  const toBeReady = () => new Promise((resolve, reject) => ([isReady, isNot] = [resolve, reject]));
  let ready = toBeReady();
  let running = false;
  let announced = false;

  async function serviceWorker() {
    if (!navigator.serviceWorker) return;
    try {
      registration = await navigator.serviceWorker.register(new URL("sw.js", BASE), { scope: BASE.pathname });
    } catch {
      return; // forbidden here: the pages work all the same, but not without the network
    }
    navigator.serviceWorker.addEventListener("message", ({ data, ports }) => {
      if (data.kind !== "request") return;
      ports[0].postMessage({ kind: "taken" });
      ready.then(() => worker.postMessage({ kind: "request", ...data.asked }, [ports[0]]));
    });
    navigator.serviceWorker.startMessages();
    registration.addEventListener("updatefound", newer);
    newer();
    if (!navigator.serviceWorker.controller)
      await Promise.race([
        new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true })),
        new Promise((done) => setTimeout(done, HEARD)),
      ]);
  }

  // A new version that is complete and waits for this page to end, or to agree.
  function newer() {
    const found = registration.installing ?? registration.waiting;
    if (!found || !registration.active) return;
    const check = () => registration.waiting && emit("version");
    found.addEventListener("statechange", check);
    check();
  }

  function useNewer() {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage({ kind: "use" });
  }

  function say(message) {
    const active = registration?.active;
    if (!active) return Promise.resolve(null);
    const { port1, port2 } = new MessageChannel();
    active.postMessage(message, [port2]);
    return new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
  }

  const soon = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, HEARD, null))]);

  async function start() {
    await serviceWorker();
    const before = await soon(say({ kind: "take", window: window_ }));
    if (before) Object.assign(held, before);
    begin();
  }

  function begin() {
    worker?.terminate();
    worker = new Worker(new URL("worker.js", RUN), { type: "module", name: "screener" });
    worker.onmessage = ({ data }) => heard(data);
    worker.onerror = () => emit("failed", { message: "worker.js" });
    const place = { scheme: location.protocol.slice(0, -1), host: location.hostname, root: BASE.pathname };
    const store = registration ? `screener ${BASE.pathname}` : null; // where the service worker keeps the files
    worker.postMessage({ kind: "start", given: GIVEN, place, state: held.state, book: held.book, store });
  }

  function heard(data) {
    if (data.kind === "done") {
      const [resolve, reject] = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.failed) reject(new Error(data.failed));
      else resolve(data.told);
      return;
    }
    if (data.kind === "again") return void begin();
    if (data.kind === "lost" || (data.kind === "failed" && announced)) return void lost(data);
    if (data.kind === "ready") {
      running = true;
      isReady(data);
      if (announced) return;
      announced = true;
      say({ kind: "fill" }).then((complete) => emit("ready", { ...data, complete, lasting: lasting() }));
      return;
    }
    if (!announced) emit(data.kind, data);
  }

  // Python stopped for good. What it was asked last did not work; it goes on with what was answered before.
  function lost({ message }) {
    const error = new Error(message);
    for (const [, reject] of waiting.values()) reject(error);
    waiting.clear();
    if (!running) return announced ? isNot(error) : emit("failed", { message });
    running = false;
    ready = toBeReady();
    begin();
  }

  function tell(kind, data) {
    return ready.then(
      () =>
        new Promise((resolve, reject) => {
          waiting.set(++number, [resolve, reject]);
          worker.postMessage({ kind, id: number, ...data });
        }),
    );
  }

  // What the application says to a request: status, headers, body.
  async function ask(method, target, body = null, type = "application/x-www-form-urlencoded") {
    const headers = body === null ? [] : [["content-type", type]];
    const sent = body === null ? null : new TextEncoder().encode(body);
    const told = await tell("request", { method, target, headers, body: sent });
    Object.assign(held, { state: told.state, answers: told.answers });
    return { ...told, headers: new Map(told.headers) };
  }

  window.addEventListener("pagehide", () => {
    if (held.state) registration?.active?.postMessage({ kind: "hold", window: window_, what: held });
  });

  // Whether a page that is loaded anew gets its answers back. Where it does not, the browser asks before it leaves.
  const lasting = () => Boolean(registration?.active);
  window.addEventListener("beforeunload", (event) => {
    if (!lasting() && (held.answers || held.book)) event.preventDefault();
  });

  const total = Object.values(GIVEN.files).reduce((sum, { size }) => sum + size, 0);
  return { BASE, RUN, newName, on, start, ask, tell, ready, held, useNewer, total, controlled: () => Boolean(navigator.serviceWorker?.controller) };
})();

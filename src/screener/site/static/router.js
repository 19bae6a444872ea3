// Shows the pages that the application makes: follows links and forms here, keeps Back, Forward and Reload working.
"use strict";
(() => {
  const site = screenerSite;
  const { BASE, held } = site;
  const MOST = 100; // pages whose way back is kept
  const frame = document.getElementById("page");
  const status = document.getElementById("status");
  let current = null; // the entry of what is shown: its id, path and form
  let turn = 0;

  history.scrollRestoration = "manual";

  // The path of an address of this program, as the application knows it; null for one of another program.
  function pathOf(address) {
    const url = new URL(address, BASE);
    if (url.origin !== BASE.origin || !url.pathname.startsWith(BASE.pathname)) return null;
    if (url.hash.startsWith("#/")) return url.hash.slice(1);
    const path = url.pathname.slice(BASE.pathname.length);
    return path === "index.html" ? "/" : `/${path}${url.search}`;
  }

  // The address under which a path is shown; without a service worker only the first page has one of its own.
  const addressOf = (path) => (site.controlled() ? BASE.pathname + path.slice(1) : `${BASE.pathname}#${path}`);

  async function open(path, { method = "GET", body = null, how = "push", entry = null } = {}) {
    const mine = ++turn;
    busy(true);
    let place = path.split("#")[0];
    const anchor = path.split("#")[1];
    let answer = await site.ask(method, place, body).catch(failed);
    while (answer.status >= 300 && answer.status < 400) {
      place = pathOf(answer.headers.get("location"));
      [method, body] = ["GET", null];
      answer = await site.ask(method, place);
    }
    if (mine !== turn) return;
    const type = answer.headers.get("content-type") ?? "";
    const attached = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "");
    if (attached) {
      save(answer.body, attached[1], type);
      return busy(false);
    }
    if (current) current.top = scrollY;
    if (type.startsWith("text/html")) await show(new TextDecoder().decode(answer.body));
    else raw(new TextDecoder().decode(answer.body), place);
    note(place, { method, body, how, entry, anchor });
    settle(anchor, how === "pop" ? current.top : 0, how !== "start");
    busy(false);
  }

  function busy(now) {
    document.documentElement.toggleAttribute("data-busy", now);
    status.textContent = now ? status.dataset.busy : "";
  }

  function failed(error) {
    busy(false);
    status.textContent = `${status.dataset.failed} ${error.message}`;
    throw error;
  }

  function note(path, { method, body, how, entry, anchor }) {
    if (entry) {
      current = entry;
      if (how === "pop") return;
    } else {
      current = { id: site.newName(), path, method, body, top: 0 };
      held.entries.push(current);
      if (held.entries.length > MOST) held.entries.shift();
    }
    const address = addressOf(path) + (anchor && site.controlled() ? `#${anchor}` : "");
    history[how === "push" ? "pushState" : "replaceState"]({ id: current.id }, "", address);
  }

  async function show(text) {
    const made = new DOMParser().parseFromString(text, "text/html");
    document.title = made.title;
    document.documentElement.lang = made.documentElement.lang;
    for (const first of made.querySelectorAll("[autofocus]")) {
      first.removeAttribute("autofocus"); // the browser heeds it on a page that it loads itself, and complains on others
      first.dataset.first = "";
    }
    frame.replaceChildren(...document.adoptNode(made.body).childNodes);
    for (const link of frame.querySelectorAll("a[href]")) settleLink(link);
    for (const script of made.querySelectorAll("head script[src]")) await run(script.getAttribute("src"));
  }

  // A link elsewhere opens a window of its own: leaving this page would end the program and what it was told.
  function settleLink(link) {
    const given = link.getAttribute("href");
    if (given.startsWith("#")) return;
    const path = pathOf(link.href);
    if (path === null) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
    else if (!site.controlled()) link.setAttribute("href", addressOf(path));
  }

  function run(address) {
    const script = document.createElement("script");
    script.src = address;
    return new Promise((done) => {
      script.onload = script.onerror = done;
      frame.append(script);
    });
  }

  function raw(text, path) {
    const main = document.createElement("main");
    const words = document.createElement("pre");
    Object.assign(main, { className: "screener wide", id: "main", tabIndex: -1 });
    words.textContent = text;
    words.tabIndex = 0;
    const heading = document.createElement("h1");
    heading.textContent = path;
    main.append(heading, words);
    frame.replaceChildren(main);
    document.title = path;
  }

  function settle(anchor, top, focus) {
    const target = anchor ? document.getElementById(anchor) : null;
    if (target) target.scrollIntoView();
    else scrollTo(0, top);
    if (!focus) return;
    const first = target ?? frame.querySelector("[data-first]") ?? frame.querySelector("#main");
    first?.focus({ preventScroll: true });
  }

  function save(content, name, type) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // An anchor on the page, where the address says already which page it is.
  function jump(anchor) {
    const address = location.href;
    location.replace(anchor);
    history.replaceState(history.state, "", address);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const given = link.getAttribute("href");
    if (given.startsWith("#") && !given.startsWith("#/")) {
      if (site.controlled()) return;
      event.preventDefault();
      jump(given);
      return;
    }
    const path = pathOf(link.href);
    if (path === null || link.target === "_blank" || link.dataset.own !== undefined) return;
    event.preventDefault();
    open(path + (link.hash.startsWith("#/") ? "" : link.hash));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.dataset.own !== undefined) return;
    event.preventDefault();
    const from = event.submitter;
    // the attributes, not the properties: a button named `action` would hide those
    const address = from?.hasAttribute("formaction") ? from.formAction : form.getAttribute("action");
    const fields = new URLSearchParams(new FormData(form, from)).toString();
    const path = pathOf(new URL(address, document.baseURI).href);
    if (form.getAttribute("method") === "post") open(path, { method: "POST", body: fields });
    else open(`${path}?${fields}`);
  });

  window.addEventListener("popstate", ({ state }) => {
    const entry = held.entries.find(({ id }) => id === state?.id);
    if (entry && entry === current && !document.documentElement.hasAttribute("data-busy")) return;
    if (entry) return void open(entry.path, { ...entry, how: "pop", entry });
    const path = pathOf(location.href);
    if (path !== current?.path) open(path, { how: "replace" });
  });

  // Where scripts of a page ask the application, and no service worker is there to hand it on.
  const load = window.fetch.bind(window);
  window.fetch = async (given, options = {}) => {
    const path = site.controlled() ? null : pathOf(new Request(given, options).url);
    if (path === null) return load(given, options);
    const request = new Request(given, options);
    const body = request.method === "GET" ? null : await request.text();
    let told = await site.ask(request.method, path, body, request.headers.get("content-type") ?? undefined);
    while (told.status >= 300 && told.status < 400) told = await site.ask("GET", pathOf(told.headers.get("location")));
    return new Response(told.body, { status: told.status, headers: [...told.headers] });
  };

  site.ready.then(() => {
    if (turn) return; // something was followed or sent while nothing could answer yet: it is shown now
    const entry = held.entries.find(({ id }) => id === history.state?.id);
    if (entry) open(entry.path, { ...entry, how: "replace", entry });
    else open(pathOf(location.href) + (location.hash.startsWith("#/") ? "" : location.hash), { how: "start" });
  });

  site.open = open;
  site.save = save;
})();

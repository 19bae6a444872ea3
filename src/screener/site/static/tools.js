// The bar of the published pages: how far loading is, which engine answers, files to save and open, a book of one's own.
"use strict";
(() => {
  const site = screenerSite;
  const element = (id) => document.getElementById(id);
  const words = (id, values = {}) =>
    element(id).dataset.words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? `{${name}}`);
  const progress = element("progress");
  const step = element("step");
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  const SHARE = 70; // of the bar, for what is downloaded; the rest is for the steps after it
  const STEPS = { python: 85, program: 90 };

  site.on("loaded", ({ bytes }) => {
    progress.value = Math.max(progress.value, (SHARE * bytes) / site.total);
    step.textContent = words("step", { done: megabytes(bytes), all: megabytes(site.total) });
  });
  site.on("step", ({ step: name }) => {
    progress.value = STEPS[name];
    step.textContent = words(`step-${name}`);
  });
  site.on("failed", ({ message }) => {
    step.textContent = words("step-failed", { message });
    element("loading").setAttribute("role", "alert");
  });
  site.on("ready", ({ engine, python, complete, lasting }) => {
    element("loading").remove();
    element("tools").hidden = false;
    element("engine").textContent = words("engine", { engine, python });
    element("offline").textContent = element("offline").dataset[complete ? "complete" : "partly"];
    element("anew").hidden = lasting;
    document.documentElement.dataset.ready = complete ? "offline" : "here";
    if (site.held.book) own(site.held.title);
  });
  site.on("version", () => (element("newer").hidden = false));
  element("use-newer").addEventListener("click", () => site.useNewer());

  // The answers as a case file: what `screener ask --save` writes, and `screener screen` reads.
  element("save").addEventListener("click", async () => {
    const answers = document.querySelector("#page input[name=answers]")?.value;
    if (!answers) return tell(words("save"));
    site.save(`${JSON.stringify(JSON.parse(answers), null, 2)}\n`, "screener-answers.json", "application/json");
    tell("");
  });

  element("open").addEventListener("change", async ({ target }) => {
    const text = await target.files[0].text();
    target.value = "";
    site.open("/check", { method: "POST", body: new URLSearchParams({ length: "default", answers: text }).toString() });
  });

  const tell = (text) => (element("told").textContent = text);

  async function take(files) {
    if (!files.length) return;
    const given = await Promise.all(
      files.map(async ({ name, file }) => ({ name, content: new Uint8Array(await file.arrayBuffer()) })),
    );
    tell(words("book"));
    const found = await site.tell("book", { given });
    const list = element("problems");
    list.replaceChildren(
      ...[...found.errors, ...found.warnings].map((line) => {
        const item = document.createElement("li");
        item.textContent = line;
        return item;
      }),
    );
    element("problems-of").hidden = !list.childElementCount;
    if (!found.title) {
      element("problems-of").open = true;
      return tell(element("book").dataset.wrong);
    }
    Object.assign(site.held, { book: given, title: found.title, entries: [], state: null, answers: false });
    tell("");
    own(found.title);
    site.open("/");
  }

  function own(title) {
    element("own").textContent = words("own", { title });
    element("own-book").hidden = false;
  }

  element("published").addEventListener("click", async () => {
    await site.tell("published", {});
    Object.assign(site.held, { book: null, title: "", entries: [], state: null, answers: false });
    element("own-book").hidden = element("problems-of").hidden = true;
    site.open("/");
  });

  const chosen = ({ target }) => {
    const files = [...target.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
    target.value = "";
    take(files);
  };
  element("book").addEventListener("change", chosen);
  element("folder").addEventListener("change", chosen);

  // Files and folders that are dropped anywhere onto the page.
  async function dropped(entry, path = "") {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      return [{ name: path + file.name, file }];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) break;
      for (const one of some) found.push(...(await dropped(one, `${path}${entry.name}/`)));
    }
    return found;
  }

  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const loose = [...event.dataTransfer.files].map((file) => ({ name: file.name, file }));
    take(entries.length ? (await Promise.all(entries.map((entry) => dropped(entry)))).flat() : loose);
  });

  if (location.protocol !== "file:") site.start();
  else {
    element("from-host").remove();
    element("from-file").removeAttribute("id");
  }
})();

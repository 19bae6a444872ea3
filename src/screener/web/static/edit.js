// The page works without this. With it, a change shows what it does at once, and a link to an error puts the cursor there.
"use strict";
(() => {
  const form = document.getElementById("edit");
  const text = document.getElementById("text");
  const at = document.getElementById("at");
  const loaded = text.value;
  let latest = 0, waiting = 0, leaving = false, asked;

  async function update() {
    const turn = ++latest;
    asked?.abort();
    asked = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "try");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body, redirect: "error", signal: asked.signal });
    } catch {
      return; // a newer change is on its way, or the server has ended: a button says so
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("now"), before = document.getElementById("now");
    if (turn !== latest || !now || before.contains(document.activeElement)) return;
    const opened = new Set([...before.querySelectorAll("details[open] > summary")].map((s) => s.textContent.split(":")[0]));
    for (const summary of now.querySelectorAll("details > summary"))
      if (opened.has(summary.textContent.split(":")[0])) summary.parentElement.open = true;
    before.replaceWith(now);
    document.getElementById("done")?.remove();
  }

  function goTo(area, line, column) {
    const lines = area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const before = [...(lines[line - 1] || "")].slice(0, column - 1).join("").length; // columns count characters
    area.focus();
    area.setSelectionRange(start + before, start + before);
    area.scrollTop = Math.max(0, (line - 5) * parseFloat(getComputedStyle(area).lineHeight));
    area.scrollIntoView({ block: "nearest" });
    where();
  }

  function where() {
    const lines = text.value.slice(0, text.selectionStart).split("\n");
    at.textContent = `line ${lines.length}, column ${[...lines[lines.length - 1]].length + 1}`;
  }

  form.addEventListener("input", (event) => {
    if (event.target.id === "example") return;
    clearTimeout(waiting);
    waiting = setTimeout(update, 500);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (event.submitter && event.submitter.value === "try" && event.submitter.name === "do") {
      event.preventDefault();
      update();
    } else leaving = true;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    goTo(document.getElementById(link.hash.slice(1)), Number(link.dataset.line), Number(link.dataset.column));
  });
  for (const name of ["keyup", "click", "select"]) text.addEventListener(name, where);
  addEventListener("beforeunload", (event) => {
    if (!leaving && text.value !== loaded) event.preventDefault();
  });
  const line = /^#line-(\d+)$/.exec(location.hash);
  if (line) goTo(text, Number(line[1]), 1);
})();

// The page works without this. With it, a changed answer shows its effect at once, without losing the place.
"use strict";
(() => {
  const form = document.getElementById("explore");
  let latest = 0;

  async function update(button) {
    const turn = ++latest;
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("now");
    if (turn !== latest || !now) return;
    const opened = new Set([...document.querySelectorAll("#now details[open] > summary")].map((s) => s.textContent.split(":")[0]));
    for (const summary of now.querySelectorAll("details > summary"))
      if (opened.has(summary.textContent.split(":")[0])) summary.parentElement.open = true;
    const focused = document.activeElement && document.activeElement.closest("#now") ? document.activeElement : null;
    document.getElementById("now").replaceWith(now);
    if (focused && focused.name)
      [...now.querySelectorAll(`button[name="${focused.name}"]`)].find((b) => b.textContent === focused.textContent)?.focus();
  }

  form.addEventListener("change", (event) => {
    if (event.target.id !== "example") update();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.name === "load") return; // a new case is a new page
    event.preventDefault();
    update(event.submitter || undefined);
  });
})();

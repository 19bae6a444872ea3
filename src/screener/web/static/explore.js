// The page works without this. With it, a changed answer shows its effect at once, without losing the place.
"use strict";
(() => {
  const form = document.getElementById("explore");
  const WHOLE = ["load", "show", "case", "flag"]; // buttons that change which case or flag the page is about
  let latest = 0;

  const key = (summary) => summary.dataset.key ?? summary.textContent;

  async function update(button) {
    const turn = ++latest;
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("now");
    if (turn !== latest) return;
    if (!now) return void document.getElementById("now").prepend(...page.querySelector("main").childNodes); // what is wrong
    if (answer.redirected) history.replaceState(history.state, "", answer.url); // so that Reload shows the same
    const opened = new Set([...document.querySelectorAll("#now details[open] > summary")].map(key));
    for (const summary of now.querySelectorAll("details > summary"))
      if (opened.has(key(summary))) summary.parentElement.open = true;
    const focused = document.activeElement && document.activeElement.closest("#now") ? document.activeElement : null;
    document.getElementById("now").replaceWith(now);
    if (!focused) return;
    const alike = [...now.querySelectorAll(focused.tagName)].filter((it) => it.name === focused.name);
    (alike.find((it) => it.textContent === focused.textContent) ?? alike[0])?.focus({ preventScroll: true });
  }

  form.addEventListener("change", (event) => {
    if (event.target.name.startsWith("a.")) update(); // an answer
  });
  form.addEventListener("submit", (event) => {
    const from = event.submitter;
    if (from && (WHOLE.includes(from.name) || from.hasAttribute("formaction"))) return; // another page, or a file
    event.preventDefault();
    update(from || undefined);
  });
})();

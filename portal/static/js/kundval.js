// Comfort only: every page works without this file.

// The error summary takes focus, so that it is read first.
document.querySelector(".ds-error-summary")?.focus();

// Before the session ends for want of activity, ask.  What is typed stays on the page, and is kept at sign-in too.
const dialog = document.getElementById("utloggning");
if (dialog) {
  const minutes = Number(dialog.dataset.idleMinutes);
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => dialog.showModal(), Math.max(minutes - 5, 1) * 60_000);
  };
  dialog.addEventListener("close", async () => {
    await fetch("/session", { method: "POST" });
    wait();
  });
  wait();
}

// What goes on by itself is looked at again now and then; without this there is a link that does the same.
const followed = document.querySelector("[data-follow]");
if (followed) {
  const look = async () => {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-follow]");
    if (!now) return location.reload();
    for (const part of ["[aria-live]", "progress"]) {
      const [old, fresh] = [followed.querySelector(part), now.querySelector(part)];
      old.textContent = fresh.textContent;
      if ("value" in old) old.value = fresh.value;
    }
    setTimeout(look, Number(followed.dataset.follow) * 1000);
  };
  setTimeout(look, Number(followed.dataset.follow) * 1000);
}

// What is typed and not yet sent is there when the page comes back in another language, for that once. Files are not:
// a page may not choose them.
const KEPT = "kundval-typed";
const forms = [...document.querySelectorAll('main form[method="post"]')];
const typedIn = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");

function typeAgain(form, typed) {
  const left = new Map();
  for (const [name, value] of typed) left.set(name, [...(left.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (["hidden", "file", "submit", "button"].includes(field.type)) continue;
    const values = left.get(field.name) ?? [];
    if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
    else if (values.length) field.value = values.shift();
  }
}

for (const link of document.querySelectorAll('a[href^="/sprak/"]')) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab has the other language
    sessionStorage.setItem(KEPT, JSON.stringify({ at: location.pathname, typed: forms.map(typedIn) }));
  });
}
// Where the other page did not come and this one is sent after all, what was sent is what counts.
document.addEventListener("submit", () => sessionStorage.removeItem(KEPT));
const before = JSON.parse(sessionStorage.getItem(KEPT));
sessionStorage.removeItem(KEPT);
if (before?.at === location.pathname) before.typed.forEach((typed, place) => forms[place] && typeAgain(forms[place], typed));

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

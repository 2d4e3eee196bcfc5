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

// Counts a quarter of an hour down for a team that looks at one screen; the page works without it.
for (const part of document.querySelectorAll("[data-timer]")) {
  const left = document.createElement("strong");
  const end = Date.now() + Number(part.dataset.timer) * 60000;
  left.setAttribute("role", "timer");
  part.append(" ", left);
  const show = () => {
    const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  show();
  setInterval(show, 1000);
}

// Counts twenty minutes down; without it, a clock on the wall does.
const pause = document.getElementById("pause");
const end = Date.now() + 20 * 60 * 1000;
function show() {
  const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  pause.textContent = left
    ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`
    : pause.dataset.over;
  if (left) setTimeout(show, 1000);
}
pause.hidden = false;
show();

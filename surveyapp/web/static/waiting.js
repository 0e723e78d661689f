// Looks again while the worker is at it; a page that nobody looks at waits until somebody does.
function look() {
  if (document.hidden) addEventListener("visibilitychange", look, { once: true });
  else location.reload();
}
setTimeout(look, 5000);

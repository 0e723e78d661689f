// Moves the code from the address into the form, so that it is in no history, and keeps it for the language links.
function take() {
  const field = document.getElementById("code");
  const code = location.hash.slice(1);
  if (!field) return;
  // A link to a part of the page is no code.
  if (code && !document.getElementById(code)) {
    field.value = code;
    const row = document.getElementById("code-row");
    if (row) row.hidden = true;
    history.replaceState(null, "", location.pathname + location.search);
  }
  for (const link of document.querySelectorAll("[hreflang]")) link.hash = field.value;
}
addEventListener("hashchange", take);
take();

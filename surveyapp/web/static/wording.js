// Says as one types what the server would say on sending: the same patterns, and nothing leaves the page for it.
for (const part of document.querySelectorAll("[data-wording]")) {
  const rules = JSON.parse(part.dataset.wording);
  const field = part.querySelector("textarea");
  const said = document.createElement("p");
  said.className = "hint";
  said.setAttribute("role", "status");
  part.append(said);
  let waiting;
  const look = () => {
    const found = rules.find((rule) =>
      new RegExp(`(?<![\\p{L}\\p{N}_])(?:${rule.pattern})(?![\\p{L}\\p{N}_])`, "iu").test(field.value)
    );
    const text = found ? found.instead : "";
    if (said.textContent !== text) said.textContent = text;
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 600);
  });
}

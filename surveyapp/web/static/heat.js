// Arrow keys walk through the cells of the map, and a line below says in words what a cell holds. Without this script
// every cell has its words as a tooltip, and the table of numbers has them all. While somebody types in the search, only
// the teams that it finds can be seen; what is ticked stays ticked.
const table = document.querySelector(".heat table");
const told = document.getElementById("told");
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function cellAt(row, column) {
  return table.tBodies[0].rows[row]?.cells[column];
}

function go(cell) {
  if (cell?.localName !== "td") return;
  table.querySelector("td[tabindex='0']").tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
  cell.scrollIntoView({ block: "nearest", inline: "center" });
}

// The latest waves are what one comes for.
if (table) table.parentElement.scrollLeft = table.parentElement.scrollWidth;

if (table && !table.closest(".numbers")) {
  const first = cellAt(0, 1);
  table.setAttribute("role", "grid");
  for (const cell of table.querySelectorAll("td")) cell.tabIndex = -1;
  first.tabIndex = 0;
  table.addEventListener("focusin", (event) => {
    if (event.target.localName !== "td") return;
    const name = event.target.parentElement.cells[0].querySelector("a").textContent;
    told.textContent = `${name}, ${event.target.title}`;
  });
  table.addEventListener("click", (event) => go(event.target.closest("td")));
  table.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const cell = event.target.closest("td");
    if (!step || !cell) return;
    event.preventDefault();
    go(cellAt(cell.parentElement.rowIndex - 1 + step[0], cell.cellIndex + step[1]));
  });
}

const search = document.getElementById("q");
search?.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  for (const choice of document.querySelectorAll(".pick .choice")) {
    choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
  }
});

// Shows what a stylesheet has, in cells: each cell gets the class, and so many elements inside as the animation wants.
function gallery(entries, cell) {
  for (const [name, inside] of Object.entries(entries)) {
    document.body.insertAdjacentHTML("beforeend", `<div class="cell" style="${cell}"><div class="${name}">${inside}</div></div>`);
  }
}

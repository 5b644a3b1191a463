// A household's page: a section is fetched when it is opened (htmx, on the toggle of its heading). A link
// to a section opens it, and a page that is printed has them all. Without JavaScript a link inside an
// opened section leads to the page with it unfolded, and one below to the page with all of them.

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target?.querySelector("details.fold");
  if (fold) fold.open = true;
}

// Which sections somebody opens or closes by hand holds for the next household, until the window is
// closed; an address that names a section goes before it. Only names of sections are kept.
const KEPT = "sections";

function kept() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
}

document.addEventListener("click", (event) => {
  const fold = event.target.closest?.("details.fold > summary")?.parentElement;
  const section = fold?.closest("section[id]");
  if (section) sessionStorage.setItem(KEPT, JSON.stringify({ ...kept(), [section.id]: !fold.open }));
});

function openKept() {
  if (location.hash || new URLSearchParams(location.search).has("open")) return;
  for (const [name, open] of Object.entries(kept())) {
    const fold = document.getElementById(name)?.querySelector("details.fold");
    if (fold) fold.open = open;
  }
}

// While a page is being made ready for print nothing may wait, so these few requests do not.
function fetchNow(part) {
  const request = new XMLHttpRequest();
  request.open("GET", part.dataset.part, false);
  request.setRequestHeader("HX-Request", "true");
  request.send();
  if (request.status === 200) part.outerHTML = request.responseText;
}

addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("[data-part]")) fetchNow(part);
  for (const fold of document.querySelectorAll("details.fold")) fold.open = true;
});
addEventListener("hashchange", openTarget);
addEventListener("DOMContentLoaded", openKept);
addEventListener("DOMContentLoaded", openTarget); // after htmx, which listens to the sections by then

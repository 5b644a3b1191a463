// A household's page: on a wide screen all sections stand open, and a link to a folded section opens
// it. Without JavaScript a section opens when its heading is chosen.

const WIDE = matchMedia("(min-width: 768px)");

function folds() {
  return document.querySelectorAll("details.fold");
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target?.querySelector("details.fold");
  if (fold) fold.open = true;
}

if (WIDE.matches) folds().forEach((fold) => { fold.open = true; });
addEventListener("hashchange", openTarget);
openTarget();

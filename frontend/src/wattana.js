import "htmx.org";

// A form marked data-confirm asks before it is sent (without JavaScript the server's own page asks).
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A select marked data-submit sends its form when it changes; its button is for those without JavaScript.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// One press is enough: a form that is on its way cannot be sent again.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.hasAttribute("hx-post")) return;
  for (const button of event.target.querySelectorAll("button[type=submit]")) {
    window.setTimeout(() => { button.disabled = true; }, 0);
  }
});

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

// Who signs in again in another window gets a new token against forged requests: whatever is sent
// takes the present one, so that what was typed before need not be typed again.
function presentToken() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = presentToken();
  if (!token) return;
  detail.headers["X-CSRFToken"] = token;
  if (detail.formData.has("csrfmiddlewaretoken")) detail.formData.set("csrfmiddlewaretoken", token);
});

// A form that stood open for long is sent only while its reader is signed in: what was typed stays.
const LONG = 20 * 60 * 1000; // milliseconds, less than a session lasts without a request
const opened = Date.now();
let known = 0; // when the session was last found to go on

function tellSignedOut(form) {
  form.querySelector(".signed-out")?.remove();
  const told = document.querySelector("#signed-out").content.cloneNode(true);
  form.prepend(told);
  form.querySelector(".signed-out").focus();
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const account = document.querySelector(".site-header .name");
  if (form.method !== "post" || !account) return;
  if (Date.now() - Math.max(opened, known) > LONG) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const answer = await fetch(account.href, { method: "HEAD", redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") {
      tellSignedOut(form);
    } else {
      known = Date.now();
      form.requestSubmit(submitter);
    }
    return;
  }
  const token = presentToken();
  const field = form.querySelector("[name=csrfmiddlewaretoken]");
  if (token && field) field.value = token;
}, true);

// One press is enough: a form that is on its way cannot be sent again.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.hasAttribute("hx-post")) return;
  for (const button of event.target.querySelectorAll("button[type=submit]")) {
    window.setTimeout(() => { button.disabled = true; }, 0);
  }
});

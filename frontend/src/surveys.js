// The questionnaire with JavaScript: each answer is on its way as soon as it is given (htmx does the
// sending). Here: what is shown meanwhile, what happens when the way is closed, and the Enter key.
// Without JavaScript the page's own buttons save all of it.

const QUESTION = "[data-question]";
const BUSY = 503; // the server waited in vain for somebody else who writes
const LATER = 5000; // milliseconds until what it did not take is sent again
const HOLDER = QUESTION + ", [data-passing]"; // a question, or the reason for a table's row

function questionnaire() {
  return document.querySelector("[data-questionnaire]");
}

function questionOf(node) {
  return node instanceof Element ? node.closest(HOLDER) : null;
}

function nameOf(holder) {
  return holder.dataset.question ?? holder.dataset.passing;
}

function say(text) {
  const state = document.getElementById("saved");
  if (state) state.textContent = text;
}

function inputsOf(question) {
  return [...question.querySelectorAll(".answer input, .answer select, .answer textarea")];
}

function typedIn(question) {
  const inputs = inputsOf(question);
  if (inputs[0]?.type === "checkbox") return inputs.filter((one) => one.checked).map((one) => one.value);
  if (inputs[0]?.type === "radio") return inputs.find((one) => one.checked)?.value ?? "";
  return inputs[0]?.value.trim() ?? "";
}

// The page's own buttons send only what differs from what it showed: keep that in step with the saves.
function remember(changes) {
  const field = document.querySelector("input[name=shown]");
  if (field) field.value = JSON.stringify({ ...JSON.parse(field.value), ...changes });
}

function rememberAnswer(question) {
  const name = nameOf(question);
  const skip = question.querySelector("[data-skip]")?.value ?? "";
  remember({ [name]: typedIn(question), ["skip:" + name]: skip });
}

function mark(question, problem) {
  for (const input of inputsOf(question)) {
    if (problem) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

function failed(question, text) {
  const { textRetry } = questionnaire().dataset;
  const message = document.createElement("p");
  message.className = "problem";
  message.setAttribute("role", "alert");
  message.textContent = text + " ";
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn-sm btn-outline-primary";
  again.textContent = textRetry;
  again.addEventListener("click", () => resend(question));
  message.append(again);
  question.querySelector(".message").replaceChildren(message);
  question.classList.add("unsaved");
  say(text);
}

function leadsAway(xhr) {
  return Boolean(xhr.getResponseHeader("HX-Redirect"));
}

function whyFailed(xhr, path) {
  const { textFailed, textRefused, textSignedOut, textBusy } = questionnaire().dataset;
  if (!xhr?.status) return textFailed;
  if (xhr.status === BUSY) return textBusy;
  const signedOut = xhr.status === 403 || leadsAway(xhr) || !xhr.responseURL.endsWith(path);
  return signedOut ? textSignedOut : textRefused;
}

function resend(question) {
  const skip = question.querySelector("[data-skip]");
  const source = question.dataset.failed === "skip" && skip ? skip : inputsOf(question)[0];
  source?.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (questionOf(event.target)) say(questionnaire()?.dataset.textSaving ?? "");
});

// Nor does the page go away to the sign-in page with what was just typed.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (questionOf(event.detail.requestConfig?.elt) && leadsAway(event.detail.xhr)) event.preventDefault();
});

// Only an answer to this very question may stand beside it: not the sign-in page, not a page of trouble.
document.addEventListener("htmx:beforeSwap", (event) => {
  const question = questionOf(event.detail.requestConfig?.elt);
  if (!question) return;
  const { xhr } = event.detail;
  const answered = xhr.getResponseHeader("X-Question") === nameOf(question);
  if (answered && xhr.status >= 400) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    event.detail.target = question.querySelector(".message");
    event.detail.swapOverride = "innerHTML";
  } else if (!answered) {
    event.detail.shouldSwap = false;
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const elt = event.detail.requestConfig?.elt;
  const question = questionOf(elt);
  if (!question) return;
  const { xhr } = event.detail;
  const answered = xhr?.getResponseHeader("X-Question") === nameOf(question);
  question.dataset.failed = elt.matches(".pass-over") ? "skip" : "answer";
  if (!answered) {
    failed(question, whyFailed(xhr, event.detail.pathInfo.requestPath));
    if (xhr?.status === BUSY) setTimeout(() => question.dataset.failed && resend(question), LATER);
    return;
  }
  const saved = xhr.status < 400;
  question.classList.toggle("unsaved", !saved);
  mark(question, !saved);
  if (!saved) {
    say(question.querySelector(".message").textContent);
    return;
  }
  delete question.dataset.failed;
  const doubt = question.querySelector(".message .doubt");
  if (doubt) say(doubt.textContent);
  if (question.dataset.passing) question.querySelector(".message").replaceChildren();
  if (!elt.matches(".pass-over")) {
    const skip = question.querySelector("[data-skip]");
    if (skip) skip.value = "";
    rememberAnswer(question);
  }
});

// A passed-over question comes back whole; what the page knows of it follows. Who has chosen further
// meanwhile keeps that choice.
document.addEventListener("htmx:load", (event) => {
  const question = event.target;
  if (!question.matches?.(QUESTION)) return;
  rememberAnswer(question);
  const again = held && !held.isConnected && question.querySelector(`#${CSS.escape(held.id)}`);
  if (!again) return;
  again.value = held.value;
  hold(again);
});

// Arrow keys walk through the choices of a list or a group: what they pass is not an answer. It is
// one when they rest, when another place is gone to, or when the page is left.
const REST = 700; // milliseconds
let steered = ""; // the name of what keys choose from
let held = null; // what they chose, not sent yet
let resting = 0;

function hold(input) {
  clearTimeout(resting);
  held = input;
  resting = setTimeout(settle, REST);
}

function release() {
  clearTimeout(resting);
  const input = held;
  held = null;
  return input;
}

function settle() {
  steered = "";
  release()?.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (!questionOf(target) || !target.matches("select, input[type=radio]")) return;
  if (key === "Enter") settle();
  else steered = target.name;
}, true);
document.addEventListener("pointerdown", () => { steered = ""; }, true);
document.addEventListener("change", (event) => {
  if (!event.isTrusted || !steered || event.target.name !== steered) return;
  event.stopPropagation();
  hold(event.target);
}, true);
document.addEventListener("focusout", (event) => {
  if (held && event.relatedTarget?.name !== held.name && held.isConnected) settle();
});

// A request of a page that goes away may be dropped; a beacon is not.
window.addEventListener("pagehide", () => {
  const input = release();
  const asking = input?.closest("[hx-post]");
  if (!asking) return;
  const sent = new FormData();
  sent.append("csrfmiddlewaretoken", document.querySelector("#answers [name=csrfmiddlewaretoken]").value);
  for (const one of [input, ...document.querySelectorAll("#page input")]) sent.append(one.name, one.value);
  navigator.sendBeacon(asking.getAttribute("hx-post"), sent);
});

// What is asked follows from the answers: the server says which questions are not.
document.addEventListener("surveys:asked", (event) => {
  remember({ hidden: event.detail.hidden });
  const hidden = new Set(event.detail.hidden);
  for (const question of document.querySelectorAll(QUESTION)) {
    question.hidden = hidden.has(question.dataset.question);
  }
  for (const group of document.querySelectorAll("[data-row], [data-repeated]")) {
    group.hidden = [...group.querySelectorAll(QUESTION)].every((question) => question.hidden);
  }
});

// “None of these” stands alone.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches?.(".answer input[type=checkbox]") || !box.checked) return;
  for (const other of inputsOf(questionOf(box))) {
    if (other !== box && (box.hasAttribute("data-alone") || other.hasAttribute("data-alone"))) other.checked = false;
  }
}, true);

// Enter moves on to the next question; in a box of several lines it starts a line.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.closest("textarea, button, a, .pass-over")) return;
  const question = questionOf(event.target);
  if (!question) return;
  event.preventDefault();
  const all = [...document.querySelectorAll(QUESTION)].filter((one) => one.offsetParent !== null);
  const next = all[all.indexOf(question) + 1];
  const target = next ? inputsOf(next).find((one) => one.type !== "radio" || one.checked) ?? inputsOf(next)[0] : document.querySelector(".save-bar button");
  target?.focus();
});

// When the line is back, what could not be saved is sent again.
window.addEventListener("online", () => document.querySelectorAll(".unsaved[data-failed]").forEach(resend));

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector(".unsaved[data-failed]") && !window.surveySending) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  if (event.target.id !== "answers") return;
  window.surveySending = true;
  release(); // the form has it
});

// A slider beside the field of the cut-off k, for those with JavaScript; the field alone does it all.
for (const field of document.querySelectorAll("[data-k-default]")) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.id = "k-slider";
  slider.min = "0.01";
  slider.max = "1";
  slider.step = "0.01";
  slider.value = field.value || field.dataset.kDefault;
  slider.setAttribute("aria-label", field.labels[0].textContent);
  slider.addEventListener("input", () => { field.value = slider.value; });
  field.addEventListener("input", () => { slider.value = field.value || field.dataset.kDefault; });
  field.after(slider);
}

// The list of alerts: choose all, count what is chosen, ask only for what the step needs.
(function () {
  "use strict";
  function boxes() {
    return [...document.querySelectorAll("input[type=checkbox][form=gc-bulk]")];
  }

  function refresh() {
    const form = document.querySelector("[data-gc-bulk]");
    if (!form) return;
    const chosen = boxes().filter((box) => box.checked).length;
    form.querySelector("[data-gc-count]").textContent = chosen ? String(chosen) : "";
    form.querySelector("[data-gc-all]").checked = chosen > 0 && chosen === boxes().length;
    form.querySelector("button").disabled = chosen === 0;
    const step = form.querySelector("[data-gc-step]").value;
    form.querySelectorAll("[data-gc-for]").forEach((part) => {
      part.hidden = part.dataset.gcFor !== step;
    });
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-gc-all]")) {
      boxes().forEach((box) => { box.checked = event.target.checked; });
    }
    refresh();
  });
  document.addEventListener("htmx:afterSwap", refresh);
  document.addEventListener("DOMContentLoaded", refresh);
  if (document.readyState !== "loading") refresh();
})();

// Requests: the inbox counts what is chosen.
(function () {
  "use strict";
  function boxes() {
    return [...document.querySelectorAll("input[type=checkbox][form=gc-decide-many]")];
  }
  function refresh() {
    const form = document.querySelector("[data-gc-many]");
    if (!form || !form.querySelector("[data-gc-count]")) return;
    const chosen = boxes().filter((box) => box.checked).length;
    form.querySelector("[data-gc-count]").textContent = String(chosen);
    form.querySelectorAll("button").forEach((button) => { button.disabled = chosen === 0; });
    if (chosen > 1) form.querySelector("details").open = true;
    form.querySelector("[data-gc-all]").checked = chosen > 0 && chosen === boxes().length;
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-gc-all]")) {
      boxes().forEach((box) => { box.checked = event.target.checked; });
    }
    refresh();
  });
  document.addEventListener("DOMContentLoaded", refresh);
  if (document.readyState !== "loading") refresh();
})();

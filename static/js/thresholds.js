// Keep slider and number of a threshold together; without it the number alone is sent.
(function () {
  "use strict";
  document.querySelectorAll("[data-gc-slider]").forEach((form) => {
    const slider = form.querySelector("[data-gc-range]");
    const number = form.querySelector("[data-gc-number]");
    slider.addEventListener("input", () => {
      number.value = slider.value;
      number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    number.addEventListener("input", () => {
      if (number.value !== "") slider.value = number.value;
    });
  });
  document.querySelectorAll("[data-gc-submit]").forEach((choice) => {
    choice.addEventListener("change", () => choice.form.requestSubmit());
  });
})();

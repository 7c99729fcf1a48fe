// Runs before the first paint: without a stored choice the page follows the system's theme.
(function () {
  "use strict";
  var root = document.documentElement;
  root.setAttribute("data-js", "");
  if (root.hasAttribute("data-theme-follows-system")) {
    var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.setAttribute("data-bs-theme", dark ? "dark" : "light");
  }
})();

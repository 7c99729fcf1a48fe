// The shell's own behaviour: theme, navigation, popovers, search key, copy. Everything works without it.
(function () {
  "use strict";
  const root = document.documentElement;
  const YEAR = 31536000;

  function remember(name, value) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  }

  function say(text) {
    const toast = document.getElementById("gc-toast");
    if (!toast) return;
    toast.textContent = text;
    toast.classList.add("gc-on");
    setTimeout(() => toast.classList.remove("gc-on"), 1800);
  }

  const words = root.lang.startsWith("en")
    ? { copied: "Copied", failed: "Could not copy", saved: "Saved as a picture instead", unfold: "Expand menu", fold: "Collapse menu" }
    : { copied: "已复制", failed: "复制失败", saved: "无法复制，已另存为图片", unfold: "展开菜单", fold: "收起菜单" };
  window.gcva = { say, words };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (form.matches("[data-gc-once]")) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      window.setTimeout(() => { delete form.dataset.sent; }, 8000);
    }
    // Filters change the address without a new page: come back to it as it is now.
    if (form.matches(".gc-pref")) form.elements.next.value = location.pathname + location.search;
    if (form.dataset.gc !== "theme") return;
    event.preventDefault();
    const theme = event.submitter.value;
    const body = new FormData(form);
    body.set("theme", theme);
    root.setAttribute("data-bs-theme", theme);
    root.removeAttribute("data-theme-follows-system");
    document.dispatchEvent(new CustomEvent("gc-theme"));
    const other = form.querySelector(theme === "dark" ? ".gc-to-light" : ".gc-to-dark");
    if (other.offsetParent) other.focus();
    fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  });

  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-gc-once]").forEach((form) => { delete form.dataset.sent; });
  });

  function setNav(open) {
    const nav = document.getElementById("gc-nav");
    if (!nav) return;
    root.toggleAttribute("data-nav-open", open);
    const opener = document.querySelector(".gc-nav-open");
    opener.setAttribute("aria-expanded", String(open));
    if (open) nav.querySelector(".gc-nav-close").focus();
    else if (opener.offsetParent) opener.focus();
  }

  function foldNav(button) {
    const collapsed = root.getAttribute("data-nav") !== "collapsed";
    if (collapsed) root.setAttribute("data-nav", "collapsed");
    else root.removeAttribute("data-nav");
    button.setAttribute("aria-expanded", String(!collapsed));
    button.setAttribute("aria-label", collapsed ? words.unfold : words.fold);
    remember("gcva_nav", collapsed ? "collapsed" : "open");
    window.dispatchEvent(new Event("resize"));
  }

  async function copy(button) {
    const text = document.getElementById(button.dataset.copy).textContent.replace(/\s+/g, " ").trim();
    try {
      await navigator.clipboard.writeText(text);
      say(words.copied);
    } catch {
      say(copiedByHand(text) ? words.copied : words.failed);
    }
  }

  // Without https a browser has no clipboard to write to, but still copies what is selected.
  function copiedByHand(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "gc-off-screen";
    const before = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (before) before.focus();
    return done;
  }

  // Question this number: the page's own address says where, when and by which filters it stood.
  function ask(button) {
    const main = button.closest("[data-ask]");
    const about = new URLSearchParams({ at: location.pathname + location.search });
    for (const name of ["code", "label", "value"]) {
      if (button.dataset[name]) about.set(name, button.dataset[name]);
    }
    location.assign(`${main.dataset.ask}?${about}`);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-gc]");
    const pop = event.target.closest("details.gc-pop");
    document.querySelectorAll("details.gc-pop[open]").forEach((open) => {
      if (open !== pop && !open.contains(pop)) open.open = false;
    });
    if (!button) return;
    if (button.dataset.gc === "nav-open") setNav(true);
    if (button.dataset.gc === "nav-close") setNav(false);
    if (button.dataset.gc === "nav-fold") foldNav(button);
    if (button.dataset.gc === "copy") copy(button);
    if (button.dataset.gc === "ask") ask(button);
    if (button.dataset.gc === "tree") {
      const children = button.closest("li").querySelector(".gc-tree-children");
      children.hidden = !children.hidden;
      button.setAttribute("aria-expanded", String(!children.hidden));
    }
  });

  document.addEventListener("toggle", (event) => {
    if (!event.target.matches || !event.target.matches("details.gc-pop") || !event.target.open) return;
    event.target.dispatchEvent(new CustomEvent("gc-open", { bubbles: false }));
    const field = event.target.querySelector(".gc-pop-body input[type=search]");
    if (field) field.focus();
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (root.hasAttribute("data-nav-open")) setNav(false);
      document.querySelectorAll("details.gc-pop[open]").forEach((pop) => {
        pop.open = false;
        pop.querySelector("summary").focus();
      });
      const hits = document.getElementById("gc-search-hits");
      if (hits) hits.replaceChildren();
      return;
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const search = document.getElementById("gc-search");
    if (event.key === "/" && !typing && search && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest(".gc-search")) {
      const stops = [search, ...document.querySelectorAll("#gc-search-hits a")];
      const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (stops[next]) {
        event.preventDefault();
        stops[next].focus();
      }
    }
  });

  // What scrolls sideways fades where more lies; the tab that is open comes into view.
  function markMore(box) {
    box.classList.toggle("gc-more", box.scrollWidth - box.clientWidth - box.scrollLeft > 4);
  }

  function markAllMore() {
    document.querySelectorAll(".gc-scroll, .gc-tabs").forEach((box) => {
      if (!box.dataset.marked) {
        box.dataset.marked = "true";
        box.addEventListener("scroll", () => markMore(box), { passive: true });
        const open = box.matches(".gc-tabs") && box.querySelector("[aria-current]");
        if (open) box.scrollLeft = open.offsetLeft - box.offsetLeft - (box.clientWidth - open.offsetWidth) / 2;
      }
      markMore(box);
    });
  }

  // A table that fits scrolls with the page under a heading that stays; a wider one first draws its
  // columns together, and only what still does not fit scrolls in a box of its own.
  function fitTables() {
    document.querySelectorAll(".gc-scroll").forEach((box) => {
      box.classList.remove("gc-whole", "gc-tight");
      const tooWide = () => box.scrollWidth > box.clientWidth + 1;
      if (tooWide()) box.classList.add("gc-tight");
      if (tooWide() && box.clientWidth < 700) box.classList.remove("gc-tight");
      box.classList.toggle("gc-whole", !tooWide());
    });
    markAllMore();
  }
  let refit;
  window.addEventListener("resize", () => {
    clearTimeout(refit);
    refit = setTimeout(fitTables, 150);
  });
  document.addEventListener("htmx:afterSwap", fitTables);
  fitTables();

  // A region drawn anew gives the keyboard its place back: on the same link, choice or button.
  const known = (one) => one.tagName + ["name", "hx-post", "aria-label"].map((name) => one.getAttribute(name)).concat(one.textContent.trim()).find(Boolean);
  let left = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    const region = event.detail.target.contains(active) && !active.id && event.detail.target.closest("[id]");
    left = region ? { region: region.id, control: known(active) } : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const region = left && document.activeElement === document.body && document.getElementById(left.region);
    if (!region) return;
    const again = [...region.querySelectorAll("a[href], button, select, input")].find((one) => known(one) === left.control);
    left = null;
    (again || region.querySelector(".gc-pages [aria-current]"))?.focus({ preventScroll: true });
  });

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    const given = event.detail.formData;
    [...given.entries()].forEach(([name, value]) => value === "" && given.delete(name));
  });

  document.addEventListener("focusout", (event) => {
    const search = event.target.closest(".gc-search");
    if (!search) return;
    setTimeout(() => {
      if (!search.contains(document.activeElement)) document.getElementById("gc-search-hits").replaceChildren();
    }, 150);
  });
})();

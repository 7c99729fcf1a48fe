// Draws the JSON figures of a page with Plotly: colours from the stylesheet, nothing from outside.
(function () {
  "use strict";
  const config = {
    displayModeBar: false,
    displaylogo: false,
    responsive: true,
    showSendToCloud: false,
    plotlyServerURL: "",
    topojsonURL: "",
    locale: document.documentElement.lang.startsWith("en") ? "en-US" : "zh-CN",
  };

  // A4 landscape without its margins is 1032 px wide; two cards stand beside each other.
  const PAPER = { whole: 996, half: 480 };

  function coloured(part, style) {
    if (typeof part === "string" && part.startsWith("$")) {
      return style.getPropertyValue(`--gc-${part.slice(1)}`).trim();
    }
    // a sign within words has a colour of its own
    if (typeof part === "string" && part.includes("color:$")) {
      return part.replace(/color:\$(\w+)/g, (all, name) => `color:${style.getPropertyValue(`--gc-${name}`).trim()}`);
    }
    if (Array.isArray(part)) return part.map((each) => coloured(each, style));
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, coloured(each, style)]));
    }
    return part;
  }

  function figureOf(plot, width = plot.clientWidth, leastWide = 520) {
    const figure = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    const fitting = figure.narrow && width < leastWide ? figure.narrow : { data: figure.data, layout: figure.layout };
    return coloured(fitting, getComputedStyle(document.documentElement));
  }

  // Names and labels keep their size when a card gets narrow: give them room by the axis instead.
  function fitted(layout, width) {
    const { nameEm, labelEm, highest, last, floor = 0, names } = layout.meta || {};
    // names were broken for a card of half the page; in a wide one they stand in one line
    if (names && nameEm * 12 <= (width - 60) / names.length - 6) layout.xaxis.ticktext = names;
    if (!labelEm) return layout;
    const domain = layout.xaxis.domain || [0, 1];
    const plotWidth = Math.max((width - nameEm * 12 - 40) * (domain[1] - domain[0]), 60);
    const share = Math.min((labelEm * 12 + 10) / plotWidth, 0.7);
    const end = floor + (highest - floor) / (1 - share);
    layout.xaxis.range = [layout.xaxis.range[0], Math.max(end, last || 0)];
    if (width < 520 && !layout.xaxis.tickvals) layout.xaxis.nticks = 3;
    return layout;
  }

  function draw(plot) {
    const figure = figureOf(plot);
    const canvas = plot.querySelector(".gc-plot-inner");
    const clicks = figure.data.some((trace) => (trace.customdata || []).some(Boolean));
    plot.classList.toggle("gc-plot-clicks", clicks);
    plot.style.minHeight = `${figure.layout.height}px`;
    const layout = { ...fitted(figure.layout, plot.clientWidth), height: undefined, autosize: true };
    return Plotly.react(canvas, figure.data, layout, config).then(() => {
      plot.dataset.drawn = "true";
      if (clicks && !plot.dataset.listening) listen(plot, canvas);
    });
  }

  function listen(plot, canvas) {
    plot.dataset.listening = "true";
    canvas.on("plotly_click", (event) => {
      const url = event.points.map((point) => point.customdata).find(Boolean);
      if (!url) return;
      if (event.event && (event.event.ctrlKey || event.event.metaKey)) window.open(url, "_blank", "noopener");
      else location.assign(url);
    });
  }

  function plotOf(button) {
    return button.closest(".gc-chart").querySelector(".gc-plot");
  }

  function fileName(button, ending) {
    const title = button.closest(".gc-chart").querySelector("h2").textContent.trim();
    const facts = button.closest(".gc-chart").querySelector(".gc-card-facts").textContent.replace(/\s+/g, " ").trim();
    return `${title} ${facts}`.replace(/[\\/:*?"<>|·]+/g, "_").trim() + ending;
  }

  function save(href, name) {
    const link = document.createElement("a");
    link.href = href;
    link.download = name;
    link.click();
  }

  function picture(plot) {
    const background = getComputedStyle(document.documentElement).getPropertyValue("--gc-card").trim();
    const figure = figureOf(plot);
    const size = { width: plot.clientWidth, height: plot.clientHeight };
    const title = plot.closest(".gc-chart").querySelector("h2").textContent.trim();
    const facts = plot.closest(".gc-chart").querySelector(".gc-card-facts").textContent.replace(/\s+/g, " ").trim();
    const layout = {
      ...figure.layout,
      ...size,
      height: size.height + 56,
      paper_bgcolor: background,
      margin: { ...figure.layout.margin, t: (figure.layout.margin.t || 0) + 56 },
      title: { text: `<b>${title}</b>  <span style="font-size:12px">${facts}</span>`, x: 0.02, y: 0.98, yanchor: "top", font: { size: 15 } },
    };
    return Plotly.toImage({ data: figure.data, layout, config }, { format: "png", scale: 2, ...size, height: size.height + 56 });
  }

  function csv(button) {
    const rows = [...button.closest(".gc-chart").querySelectorAll(".gc-plot-table tr")];
    const quoted = (text) => {
      const safe = /^[=+@\t\r]|^-(?![\d.]+%?$)/.test(text) ? `'${text}` : text;
      return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    const lines = rows.map((row) => [...row.children].map((cell) => quoted(cell.textContent.trim())).join(","));
    const blob = new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" });
    const url = URL.createObjectURL(blob);
    save(url, fileName(button, ".csv"));
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  // Without https a browser lends no clipboard for pictures: then the picture is saved as a file.
  async function copyPicture(button) {
    const { say, words } = window.gcva;
    const image = await picture(plotOf(button));
    try {
      const bytes = atob(image.split(",")[1]);
      const blob = new Blob([Uint8Array.from(bytes, (sign) => sign.charCodeAt(0))], { type: "image/png" });
      await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
      say(words.copied);
    } catch {
      save(image, fileName(button, ".png"));
      say(words.saved);
    }
  }

  function toggleTable(button) {
    const card = button.closest(".gc-chart");
    const table = card.querySelector(".gc-plot-table");
    const plot = card.querySelector(".gc-plot");
    const show = table.hidden;
    table.hidden = !show;
    plot.hidden = show;
    button.setAttribute("aria-pressed", String(show));
    const word = button.querySelector("span");
    word.textContent = show ? word.dataset.on : word.dataset.off;
    if (!show && plot.dataset.gc) draw(plot);
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-gc^='chart-']");
    if (!button) return;
    if (button.dataset.gc === "chart-table") toggleTable(button);
    if (button.dataset.gc === "chart-csv") csv(button);
    if (button.dataset.gc === "chart-copy") copyPicture(button);
    if (button.dataset.gc === "chart-png") save(await picture(plotOf(button)), fileName(button, ".png"));
    const pop = button.closest("details.gc-pop");
    if (pop) pop.open = false;
  });

  function drawAll(within) {
    within.querySelectorAll(".gc-plot[data-gc='plot']").forEach(draw);
  }

  // What was swapped in beside a chart may have made its card higher.
  function fill(plot) {
    const drawn = plot.querySelector(".main-svg");
    if (drawn && Math.abs(drawn.clientHeight - plot.clientHeight) > 1) draw(plot);
  }

  // On paper a card has the width of its share of an A4 page, whatever the window's.
  function drawForPaper(plot) {
    const card = plot.closest(".gc-chart");
    const width = card && card.classList.contains("gc-span-12") ? PAPER.whole : PAPER.half;
    const figure = figureOf(plot, width, PAPER.half);
    plot.style.minHeight = `${figure.layout.height}px`;
    const layout = { ...fitted(figure.layout, width), width, autosize: false };
    Plotly.react(plot.querySelector(".gc-plot-inner"), figure.data, layout, config);
  }

  document.addEventListener("gc-theme", () => drawAll(document));
  document.addEventListener("htmx:afterSwap", (event) => {
    drawAll(event.detail.elt);
    document.querySelectorAll(".gc-plot[data-drawn]").forEach(fill);
  });
  // Paper is white: print in the light theme, then give the reader's own back.
  let themeBefore = "";
  window.addEventListener("beforeprint", () => {
    themeBefore = document.documentElement.getAttribute("data-bs-theme");
    document.documentElement.setAttribute("data-bs-theme", "light");
    document.querySelectorAll(".gc-plot[data-gc='plot']").forEach(drawForPaper);
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.setAttribute("data-bs-theme", themeBefore);
    drawAll(document);
  });
  let redraw;
  window.addEventListener("resize", () => {
    clearTimeout(redraw);
    redraw = setTimeout(() => drawAll(document), 200);
  });
  drawAll(document);
})();

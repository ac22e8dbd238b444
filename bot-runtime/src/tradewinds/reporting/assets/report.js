// Charts and the list of trades; what they show is the JSON of the element #data.
(() => {
  "use strict";
  const runs = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const color = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
  const number = (digits, options) => new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits, ...options });
  const TWO = number(2), SHARE = number(2, { style: "percent" }), PRICE = number(0, { maximumSignificantDigits: 8 });
  const SHORT = number(0, { notation: "compact", maximumFractionDigits: 2 });
  const whole = number(0, { style: "percent", maximumFractionDigits: 1 });
  const dash = (format) => (value) => (value == null ? "–" : format.format(value));
  const stamp = (ms) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
  const drawn = [];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const DAY = 864e5;

  // Ticks of time in UTC: hours with their day where it begins, days, months with their year.
  function dates(u, ticks, axis, space, step) {
    let year = null;
    return ticks.map((tick) => {
      const at = new Date(tick), day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
      if (step < DAY && tick % DAY) return at.toISOString().slice(11, 16);
      const fresh = at.getUTCFullYear() !== year;
      year = at.getUTCFullYear();
      if (step >= 365 * DAY) return String(year);
      return `${step >= 28 * DAY ? MONTHS[at.getUTCMonth()] : day}${fresh ? `\n${year}` : ""}`;
    });
  }

  // ---- one chart: axes, cursor and legend alike everywhere
  function options(spec, width, height) {
    const ink = color("quiet"), grid = { stroke: color("grid"), width: 1 };
    const axis = { stroke: ink, grid, ticks: { show: false }, font: "12px system-ui, sans-serif", gap: 6 };
    const y = { ...axis, size: 62, values: (u, ticks) => ticks.map((tick) => (tick == null ? "" : spec.axis(tick))), space: 24 };
    return {
      width, height, ms: 1, padding: [8, 22, 0, 0],
      tzDate: (ms) => uPlot.tzDate(new Date(ms), "Etc/UTC"),
      scales: { x: spec.time === false ? { time: false, range: spec.x } : {}, y: spec.log ? { distr: 3 } : spec.y ? { range: spec.y } : {} },
      axes: [{ ...axis, grid: { show: false }, space: 70, size: spec.time === false ? 28 : 42, values: spec.time === false ? (u, ticks) => ticks.map(spec.x_axis) : dates }, y],
      cursor: { drag: { x: true, y: false, dist: 6 }, points: { size: 6 }, ...(spec.sync == null ? {} : { sync: { key: spec.sync, scales: ["x", null] } }) },
      legend: { markers: { width: 0, fill: (u, i) => (spec.series[i - 1].hidden ? "transparent" : color(spec.series[i - 1].color)) } },
      bands: spec.bands || [],
      series: [
        { label: " ", value: (u, at) => (at == null ? " " : (spec.time === false ? spec.x_value || spec.x_axis : stamp)(at)) },
        ...spec.series.map((one) => ({ spanGaps: true, width: 1.5, points: { show: false }, ...one, stroke: one.hidden ? "transparent" : color(one.color), fill: one.fill && color(one.fill), value: (u, at) => (u.cursor.idx == null ? " " : dash(spec.format)(at)) })),
      ],
      hooks: { draw: spec.draw || [] },
    };
  }

  const line = (label, name, more) => ({ label, color: name, ...more });
  const zero = (u) => {
    if (u.scales.y.min > 0 || u.scales.y.max < 0) return;
    const at = Math.round(u.valToPos(0, "y", true)) + .5;
    stroke(u, color("held"), 1, (context) => { context.moveTo(u.bbox.left, at); context.lineTo(u.bbox.left + u.bbox.width, at); });
  };
  function stroke(u, style, width, path) {
    const context = u.ctx;
    context.save();
    context.beginPath();
    context.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    context.clip();
    context.strokeStyle = context.fillStyle = style;
    context.lineWidth = width * devicePixelRatio;
    context.beginPath();
    path(context);
    context.stroke();
    context.restore();
  }

  // ---- what each kind of chart shows: {data, series, axis, format, ...}
  const kinds = {
    equity(run, at) {
      const all = [...run.equity, ...(run.held || [])].filter((value) => value != null), low = Math.min(...all);
      const log = low > 0 && Math.max(...all) > 10 * low; // tenfold growth hides its beginning
      const series = [line(log ? "Strategy (log scale)" : "Strategy", "ours", { fill: "fill" })], data = [run.time, run.equity];
      if (run.held) { series.push(line("Buy & hold", "held")); data.push(run.held); }
      if (run.benchmark) { series.push(line(run.benchmarkName, "s1")); data.push(run.benchmark); }
      series[0].fillTo = (u) => u.scales.y.min;
      return { data, series, log, axis: (v) => SHORT.format(v), format: TWO, sync: `run${at}` };
    },
    drawdown: (run, at) => ({ data: [run.time, run.drawdown], series: [line("Below the peak", "down", { fill: "fall", width: 1 })], axis: (v) => whole.format(v), format: SHARE, sync: `run${at}`, y: (u, low) => [Math.min(low * 1.05, -.001), 0] }),
    exposure: (run, at) => ({ data: run.exposure, series: [line("In positions", "ours", { fill: "fill", width: 1, paths: uPlot.paths.stepped({ align: 1 }) })], axis: (v) => whole.format(v), format: SHARE, sync: `run${at}`, draw: [zero] }),
    rolling: (run, at) => ({ data: run.rolling, series: [line("Sharpe", "ours")], axis: (v) => TWO.format(v), format: TWO, sync: `run${at}`, draw: [zero] }),
    walk: (run, at) => ({ data: run.walk, series: [line("Out of sample", "ours", { fill: "fill", fillTo: (u) => u.scales.y.min })], axis: (v) => SHORT.format(v), format: TWO, sync: `run${at}` }),
    returns(run) {
      const [edges, counts] = run.returns, width = edges[1] - edges[0];
      const middle = counts.map((_, i) => edges[i] + width / 2);
      const pick = (keep) => counts.map((count, i) => (keep(middle[i]) ? count : null));
      const bars = uPlot.paths.bars({ size: [.86, Infinity], align: 0 });
      return {
        time: false, data: [middle, pick((m) => m < 0), pick((m) => m > 0)], x: () => [edges[0], edges[edges.length - 1]],
        series: [line("Losses", "down", { fill: "down", paths: bars, width: 0 }), line("Gains", "up", { fill: "up", paths: bars, width: 0 })],
        axis: (v) => SHORT.format(v), x_axis: (v) => whole.format(v), x_value: (v) => `${SHARE.format(v - width / 2)} to ${SHARE.format(v + width / 2)}`, format: number(0), y: (u, low, high) => [0, high * 1.08],
      };
    },
    growth: () => compared((run) => run.equity.map((value) => value / run.capital - 1), true),
    falls: () => compared((run) => run.drawdown, false),
    price(run, at, box) {
      const symbol = box.dataset.symbol || Object.keys(run.prices)[0], rows = run.prices[symbol];
      const zoomed = (u) => candle(u, rows) >= 4;
      const linear = uPlot.paths.linear();
      return {
        data: [rows[0], rows[2], rows[3], rows[4]], bands: [{ series: [1, 2], fill: color("fill") }],
        series: [
          line("High", "held", { hidden: true, paths: (u, ...rest) => (zoomed(u) ? null : linear(u, ...rest)) }),
          line("Low", "held", { hidden: true, paths: (u, ...rest) => (zoomed(u) ? null : linear(u, ...rest)) }),
          line("Close", "held", { width: 1.2, paths: (u, ...rest) => (zoomed(u) ? null : linear(u, ...rest)) }),
        ],
        axis: (v) => (Math.abs(v) >= 10000 ? SHORT : PRICE).format(v), format: PRICE, sync: `run${at}`,
        draw: [(u) => zoomed(u) && candles(u, rows), (u) => marks(u, run.trades, symbol)],
      };
    },
  };
  const titles = [...document.querySelectorAll(".compared thead a")].map((one) => one.textContent);
  function compared(values, zeroed) {
    const data = uPlot.join(runs.map((run) => [run.time, values(run)]));
    return { data, series: runs.map((_, i) => line(titles[i], `s${i % 8}`)), axis: (v) => whole.format(v), format: SHARE, sync: "all", draw: zeroed ? [zero] : [] };
  }

  // ---- candles and trades on the price
  const candle = (u, rows) => (rows[0].length < 2 ? 0 : (u.valToPos(rows[0][1], "x") - u.valToPos(rows[0][0], "x")) * .7);
  function candles(u, [time, open, high, low, close]) {
    const half = candle(u, [time]) * devicePixelRatio / 2, { min, max } = u.scales.x;
    for (const [style, keep] of [[color("up"), (i) => close[i] >= open[i]], [color("down"), (i) => close[i] < open[i]]]) {
      stroke(u, style, 1, (context) => {
        for (let i = 0; i < time.length; i++) {
          if (time[i] < min || time[i] > max || !keep(i)) continue;
          const x = u.valToPos(time[i], "x", true) + half / .7, at = (value) => u.valToPos(value, "y", true);
          context.moveTo(x, at(high[i]));
          context.lineTo(x, at(low[i]));
          const top = at(Math.max(open[i], close[i]));
          context.fillRect(x - half, top, 2 * half, Math.max(at(Math.min(open[i], close[i])) - top, 1));
        }
      });
    }
  }
  function marks(u, trades, symbol) {
    if (!trades) return;
    const at = Object.fromEntries(trades.columns.map((name, i) => [name, i]));
    const { min, max } = u.scales.x;
    const seen = trades.rows.filter((row) => trades.words[row[at.symbol]] === symbol && row[at.entryTime] <= max && (row[at.exitTime] ?? Infinity) >= min);
    const size = (seen.length > 400 ? 2.5 : seen.length > 80 ? 4 : 5.5) * devicePixelRatio;
    const place = (time, price) => [u.valToPos(time, "x", true), u.valToPos(price, "y", true)];
    for (const [style, keep] of [["up", (row) => row[at.profit] >= 0], ["down", (row) => row[at.profit] < 0]]) {
      stroke(u, color(style), 1.3, (context) => {
        for (const row of seen) {
          if (!keep(row) || row[at.exitTime] == null) continue;
          context.moveTo(...place(row[at.entryTime], row[at.entryPrice]));
          context.lineTo(...place(row[at.exitTime], row[at.exitPrice]));
        }
      });
    }
    const triangle = (context, [x, y], buys) => {
      const tip = buys ? y : y, base = buys ? y + 1.7 * size : y - 1.7 * size;
      context.moveTo(x, tip); context.lineTo(x - size, base); context.lineTo(x + size, base); context.closePath();
    };
    for (const [style, buys] of [["up", true], ["down", false]]) {
      stroke(u, color(style), .5, (context) => {
        for (const row of seen) {
          const long = trades.words[row[at.side]] === "long";
          if (long === buys) triangle(context, place(row[at.entryTime], row[at.entryPrice]), buys);
          else if (row[at.exitTime] != null) triangle(context, place(row[at.exitTime], row[at.exitPrice]), buys);
        }
        context.fill();
      });
    }
  }

  // ---- drawn when there is room, again when the room or the theme changes
  function draw(box) {
    const at = Number(box.dataset.run), spec = kinds[box.dataset.chart](runs[at], at, box);
    if (box.plot) box.plot.destroy();
    box.plot = new uPlot(options(spec, box.clientWidth, box.clientHeight - 26), spec.data, box);
  }
  const room = new ResizeObserver((entries) => entries.forEach(({ target: box }) => {
    if (!box.clientWidth) return;
    if (box.plot) box.plot.setSize({ width: box.clientWidth, height: box.clientHeight - 26 });
    else draw(box);
  }));
  document.querySelectorAll(".chart").forEach((box) => { drawn.push(box); room.observe(box); });
  document.getElementById("theme")?.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    drawn.filter((box) => box.plot).forEach(draw);
  });
  document.querySelectorAll(".symbols").forEach((choice) => {
    if (choice.options.length < 2) choice.replaceWith(Object.assign(document.createElement("small"), { textContent: choice.value }));
    choice.addEventListener("change", () => show(choice.dataset.run, choice.value));
  });
  function show(at, symbol, from, to) {
    const box = document.querySelector(`.chart[data-chart="price"][data-run="${at}"]`);
    if (!box || !runs[at].prices?.[symbol]) return;
    if (box.dataset.symbol !== symbol) { box.dataset.symbol = symbol; draw(box); }
    const choice = document.querySelector(`.symbols[data-run="${at}"]`);
    if (choice) choice.value = symbol;
    if (from != null) {
      box.plot.setScale("x", { min: from, max: to });
      box.scrollIntoView({ behavior: "smooth", block: "center" });
    }
  }

  // ---- the list of trades
  const STEP = 50;
  const cells = {
    entryTime: (v) => stamp(v), exitTime: (v) => (v == null ? "open" : stamp(v)), entryPrice: dash(PRICE), exitPrice: dash(PRICE), quantity: dash(PRICE),
    profit: dash(TWO), fees: dash(TWO), share: dash(SHARE), mae: dash(SHARE), mfe: dash(SHARE), bars: dash(number(0)),
  };
  const texts = new Set(["strategy", "symbol", "side", "exit", "reason", "exitReason"]);
  document.querySelectorAll(".trades").forEach((table) => {
    const at = table.dataset.run, run = runs[at], { columns, labels, words, rows } = run.trades;
    const more = document.querySelector(`.more[data-run="${at}"]`);
    const symbols = new Set(rows.map((row) => row[columns.indexOf("symbol")]));
    const hidden = (name) => name === "symbol" && symbols.size === 1;
    const value = (row, i) => (texts.has(columns[i]) ? words[row[i]] : row[i]);
    let shown = STEP, sorted = rows, by = -1, down = false;
    const head = table.tHead.insertRow();
    columns.forEach((name, i) => {
      if (hidden(name)) return;
      const cell = Object.assign(document.createElement("th"), { textContent: labels[i], tabIndex: 0, scope: "col" });
      cell.className = texts.has(name) ? "w" : "";
      const choose = () => {
        down = by === i ? !down : !texts.has(name);
        by = i;
        sorted = [...rows].sort((a, b) => order(value(a, i), value(b, i)) * (down ? -1 : 1));
        head.querySelectorAll("th").forEach((one) => one.removeAttribute("aria-sort"));
        cell.setAttribute("aria-sort", down ? "descending" : "ascending");
        fill();
      };
      cell.addEventListener("click", choose);
      cell.addEventListener("keydown", (event) => event.key === "Enter" && choose());
      head.append(cell);
    });
    const order = (a, b) => (a == null ? (b == null ? 0 : -1) : b == null ? 1 : typeof a === "string" ? a.localeCompare(b) : a - b);
    function fill() {
      table.tBodies[0].replaceChildren(...sorted.slice(0, shown).map((row) => {
        const line = document.createElement("tr");
        columns.forEach((name, i) => {
          if (hidden(name)) return;
          const cell = line.insertCell(), raw = value(row, i);
          cell.textContent = texts.has(name) ? raw ?? "" : (cells[name] || String)(raw);
          cell.className = texts.has(name) ? "w" : name === "profit" || name === "share" ? (raw >= 0 ? "up" : "down") : "";
          if (texts.has(name) && raw) cell.title = raw;
        });
        line.addEventListener("click", () => {
          const get = (name) => value(row, columns.indexOf(name));
          const from = get("entryTime"), to = get("exitTime") ?? run.time[run.time.length - 1], symbol = get("symbol");
          const times = run.prices?.[symbol]?.[0] ?? [0, 0], margin = Math.max((to - from) * .8, 25 * (times[1] - times[0]));
          show(at, symbol, from - margin, to + margin);
        });
        return line;
      }));
      more.hidden = shown >= rows.length;
      more.textContent = `Show ${Math.min(STEP * 4, rows.length - shown)} more of ${rows.length.toLocaleString("en-US")}`;
    }
    more.addEventListener("click", () => { shown += STEP * 4; fill(); });
    fill();
  });
  document.querySelectorAll(".compared thead a").forEach((link) => link.addEventListener("click", () => {
    const run = document.querySelector(link.getAttribute("href"));
    if (run) run.open = true;
  }));
})();

// Lesson 3's formula with its numbers: an image, a pixel and a digit are chosen; what a number comes from lights up.
touch("formula", async (place) => {
  const NAMES = "x b0 z0 a0 w1 a0w1 z1rest b1 z1 a1 y square squares L da1 own others dz1 db1 mb1 dw1 mw1 wdz1 da0rest da0 slope db0 mb0".split(" ");
  // Each line: what it is, and its terms; {name} stands for a number.
  const LINES = [
    ["forward"],
    ["z0", "z₀ = x + b₀ = {x} + {b0} = {z0}"],
    ["a0", "a₀ = tanh(z₀) = {a0}"],
    ["z1", "z₁ = a₀ · w₁ + the other 783 pixels + b₁ = {a0w1} + {z1rest} + {b1} = {z1}, with w₁ = {w1}"],
    ["a1", "a₁ = softmax(z₁) = {a1}"],
    ["L", "L = (y − a₁)² + the other nine = {square} + {squares} = {L}, with y = {y}"],
    ["backward"],
    ["da1", "∂L/∂a₁ = −2 (y − a₁) = {da1}"],
    ["dz1", "∂L/∂z₁ = a₁ (1 − a₁) · ∂L/∂a₁ + by the other nine = {own} + {others} = {dz1}"],
    ["db1", "∂L/∂b₁ = ∂L/∂z₁ = {db1}, measured {mb1}"],
    ["dw1", "∂L/∂w₁ = a₀ · ∂L/∂z₁ = {dw1}, measured {mw1}"],
    ["da0", "∂L/∂a₀ = w₁ · ∂L/∂z₁ + by the other nine = {wdz1} + {da0rest} = {da0}"],
    ["db0", "∂L/∂b₀ = tanh′(z₀) · ∂L/∂a₀ = {slope} · {da0} = {db0}, measured {mb0}"],
  ];
  const FROM = {
    z0: "x b0", a0: "z0", a0w1: "a0 w1", z1: "a0w1 z1rest b1", a1: "z1", square: "y a1", L: "square squares", da1: "y a1",
    own: "a1 da1", dz1: "own others", db1: "dz1", mb1: "b1 L", dw1: "a0 dz1", mw1: "w1 L", wdz1: "w1 dz1", da0: "wdz1 da0rest",
    slope: "z0", db0: "slope da0", mb0: "b0 L",
  };
  const engine = await Engine.start(WASM), images = await withImages(engine);
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((d) => [d, d]);
  const pixels = choice("pixels", [["raw", "raw, 0 to 255"], ["scaled", "scaled, 0 to 1"]], "raw", start);
  const which = slider("image", [0, 99, 1, 2], show), digit = choice("digit", all, 4, show);
  const [row, column] = [slider("row", [0, 27, 1, 20], show), slider("column", [0, 27, 1, 18], show)];
  const picture = image("The image"), says = el("p", { class: "told", role: "status" });
  const numbers = new Map();
  const list = el("ol", { class: "lines" });
  for (const [name, text] of LINES) {
    if (!text) { list.append(el("li", { class: "part" }, name)); continue; }
    const parts = text.split(/\{(\w+)\}/).map((part, i) => {
      if (i % 2 === 0) return part;
      const number = el("button", { type: "button", class: "number", "data-name": part });
      for (const event of ["pointerenter", "focus", "click"]) number.addEventListener(event, () => light(part));
      numbers.set(part, [...(numbers.get(part) ?? []), number]);
      return number;
    });
    list.append(el("li", {}, ...parts));
  }
  place.append(
    el("div", { class: "row" }, pixels, which, row, column, digit),
    el("div", { class: "row" }, el("div", { class: "choose" }, picture), list), says);
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    column.set(Math.floor((28 * (event.clientX - box.left)) / box.width));
    row.set(Math.floor((28 * (event.clientY - box.top)) / box.height));
    show();
  });

  function light(name) {
    const from = (FROM[name] ?? "").split(" ");
    for (const [other, buttons] of numbers) {
      for (const b of buttons) { b.classList.toggle("lit", from.includes(other)); b.classList.toggle("now", other === name); }
    }
    const sources = from.filter(Boolean).map((one) => numbers.get(one)?.[0].textContent ?? one);
    says.textContent = sources.length ? `${numbers.get(name)[0].textContent} comes from ${sources.join(", ")}.` : `${numbers.get(name)[0].textContent} is given, or a sum that is not shown.`;
  }

  function start() {
    engine.call("start", 0, pixels.get() === "raw" ? 1 : 1 / 255, 0, 0.1, 0, 100, 3);
    show();
  }

  function show() {
    const [n, pixel] = [which.get(), 28 * row.get() + column.get()];
    const found = engine.call("formula", n, pixel, Number(digit.get()));
    NAMES.forEach((name, i) => numbers.get(name).forEach((b) => { b.textContent = digits(found[i]); b.dataset.exact = found[i]; }));
    paint(picture, images.pixels(n), false);
    const context = picture.getContext("2d");
    context.fillStyle = "#ff9d00";
    context.fillRect(column.get(), row.get(), 1, 1);
    picture.setAttribute("aria-label", `Training image ${n}, a ${images.label(n)}; the pixel in row ${row.get()}, column ${column.get()}, is marked`);
  }
  start();
});

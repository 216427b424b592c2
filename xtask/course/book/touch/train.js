// Train it: the crate learns in the page, from images that travel in it; the settings stand in the address.
touch("train", async (place) => {
  // Of each: its words, its usual value, and the range of a number (whole or not) or the names of a choice.
  const SETTINGS = {
    hidden: ["hidden units", 0, [0, 200, "whole "]],
    pixels: ["pixels", "scaled", { scaled: "0 to 1", raw: "0 to 255" }],
    loss: ["loss", "squared", { squared: "squared error", "cross-entropy": "cross-entropy" }],
    rate: ["learning rate", 0.5, [0.0001, 100, ""]],
    momentum: ["momentum", 0, [0, 0.99, ""]],
    batch: ["batch", 100, [1, 1000, "whole "]],
    seed: ["seed", 1, [0, 999999, "whole "]],
  };
  const EVERY = 5, POINTS = 200;

  function read(key, text) {
    const [words, , range] = SETTINGS[key], n = text.trim() === "" ? NaN : Number(text);
    if (!Array.isArray(range)) {
      if (Object.hasOwn(range, text)) return text;
      throw new Error(`${words}: expected ${Object.keys(range).join(" or ")}, found ${text || "nothing"}.`);
    }
    const [from, to, whole] = range;
    if (n >= from && n <= to && (!whole || Number.isInteger(n))) return n;
    throw new Error(`${words}: expected a ${whole}number from ${from} to ${to}, found ${text || "nothing"}.`);
  }

  const address = new URLSearchParams(location.search);
  const settings = Object.fromEntries(Object.entries(SETTINGS).map(([key, [, usual]]) => [key, read(key, address.get(key) ?? String(usual))]));
  const engine = await Engine.start(WASM), images = await withImages(engine);
  const fields = Object.entries(SETTINGS).map(([key, [words, , range]]) => {
    const input = Array.isArray(range) ? el("input", { inputmode: "decimal", size: 6 }) : el("select", {}, ...Object.entries(range).map(([name, text]) => el("option", { value: name }, text)));
    input.value = settings[key];
    input.addEventListener("change", () => {
      try {
        settings[key] = read(key, input.value);
        history.replaceState(null, "", `?${new URLSearchParams(settings)}${location.hash}`);
        reset();
      } catch (error) {
        pause();
        says.textContent = error.message;
        input.value = settings[key];
      }
    });
    return el("label", { class: "control" }, el("span", {}, words), input);
  });
  const play = button("Play", () => (playing ? pause() : start()));
  const buttons = [play, button("One step", () => once(1)), button("One epoch", () => once(Math.ceil(images.train / size()))), button("Reset", reset)];
  const says = el("p", { class: "told", role: "status" });
  const [losses, accuracy] = [figure("The loss"), figure("The accuracy")];
  const units = Array.from({ length: 10 }, (_, i) => image(`Weights ${i}`));
  const film = el("ul", { class: "images" }, ...units.map((unit, i) => el("li", {}, unit, String(i))));
  const wrong = el("ul", { class: "images" }), about = el("p"), size = () => Math.min(settings.batch, images.train);
  const caption = (text, svg) => el("figure", {}, svg, el("figcaption", {}, text));
  place.append(
    el("div", { class: "row" }, ...fields), el("div", { class: "row" }, ...buttons), says,
    el("div", { class: "row" },
      caption(`the loss: of each batch, and (orange) of ${images.held} images that it does not train with`, losses),
      caption(`the share of those ${images.held} that it reads right`, accuracy)),
    el("p", {}, "Its weights while they learn. Red: ink here speaks for the unit, blue: against it."), film, about, wrong);
  let playing = 0, past = [], judged = [];

  function reset() {
    pause();
    const { hidden, pixels, loss, rate, momentum, seed } = settings;
    engine.call("start", hidden, pixels === "raw" ? 1 : 1 / 255, loss === "squared" ? 0 : 1, rate, momentum, size(), seed);
    [past, judged] = [[], []];
    judge();
    draw();
    tell();
  }

  function judge() {
    judged.push([past.length, ...engine.call("judge")]);
  }

  // Some steps, drawn; what goes wrong is said.
  function learn(steps) {
    try {
      past.push(...engine.call("train", steps));
      if (steps > 1 || past.length % EVERY === 0) judge();
      draw();
      return true;
    } catch (error) {
      pause();
      says.textContent = `${error.message.replace(/^batch \d+/, `Step ${past.length + 1}`)}. Reset begins again.`;
      return false;
    }
  }

  function go() {
    if (!learn(1)) return;
    playing = requestAnimationFrame(go);
    if (past.length % (10 * EVERY) === 0) tell();
  }

  function once(steps) {
    pause();
    if (learn(steps)) tell();
  }

  function start() {
    play.textContent = "Pause";
    playing = requestAnimationFrame(go);
  }

  function pause() {
    if (playing) { cancelAnimationFrame(playing); playing = 0; tell(); }
    play.textContent = "Play";
  }

  // A long run is drawn by the means of its parts.
  function draw() {
    const end = Math.max(100, past.length), stride = Math.ceil(end / POINTS), points = [];
    for (let i = 0; i < past.length; i += stride) {
      const part = past.slice(i, i + stride);
      points.push([i + part.length / 2, part.reduce((a, b) => a + b) / part.length]);
    }
    const most = Math.max(1, ...points.map((p) => p[1]), ...judged.map((j) => j[1]));
    const steps = [[0, null, "0"], [end, null, `${end} steps`]];
    chart(losses, [0, end, 0, most], [...steps, [null, most, digits(most, 1)]], [
      { color: "c0", points }, { color: "c1", points: judged.map(([n, loss]) => [n, loss]) }]);
    chart(accuracy, [0, end, 0, 1], [...steps, [null, 1, "100 %"], [null, 0.5, "50 %"]], [
      { color: "c1", points: judged.map(([n, , share]) => [n, share]) }]);
    const weights = engine.call("weights", 10);
    units.forEach((unit, i) => {
      const some = weights.subarray(784 * i, 784 * (i + 1));
      unit.parentNode.hidden = some.length === 0;
      if (some.length) paint(unit, [...some], true);
    });
  }

  function tell() {
    const [n, loss, share] = judged.at(-1);
    const mistakes = engine.call("mistakes"), count = mistakes.length / 4;
    says.textContent = `After ${past.length} steps (epochs: ${digits((past.length * size()) / images.train, 1)}): loss ${digits(loss)} and ${digits(100 * share, 1)} % right, measured at step ${n}.`;
    losses.setAttribute("aria-label", `The loss against the steps; ${says.textContent}`);
    accuracy.setAttribute("aria-label", `The accuracy against the steps; ${says.textContent}`);
    about.textContent = `${count} of ${images.held} misread${count > 12 ? ", the first twelve" : ""}: truth → answer.`;
    wrong.replaceChildren(...Array.from({ length: Math.min(12, count) }, (_, k) => {
      const [i, truth, answer] = mistakes.subarray(4 * k, 4 * k + 3), canvas = image(`A ${truth}, read as ${answer}`);
      paint(canvas, images.pixels(i), false);
      return el("li", {}, canvas, `${truth} → ${answer}`);
    }));
  }
  reset();
});

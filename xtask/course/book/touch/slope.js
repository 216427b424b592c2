// The slope of tanh: derived and measured, the secant and the tangent, and the error on its V.
touch("slope", async (place) => {
  const engine = await Engine.start(WASM);
  const BOX = [-3, 3, -1.3, 1.3], [LOW, HIGH] = [-14, 0];
  const curve = [...engine.call("curve", -3, 3, 121)].map((y, i) => [-3 + i / 20, y]);
  const line = (x, y, slope) => ({ points: [BOX[0], BOX[1]].map((at) => [at, y + slope * (at - x)]) });
  const power = (error) => (error ? Math.max(-16, Math.log10(Math.abs(error))) : -16);
  const ways = [["forward", "forward: f(x + h) − f(x), over h"], ["central", "central: f(x + h) − f(x − h), over 2h"]];
  const way = choice("measured", ways, "forward", show);
  const at = slider("x", [-2.5, 2.5, 0.05, 0.7], show);
  const h = slider("h", [LOW, HIGH, 0.1, -0.3], show, (x) => digits(10 ** x));
  const [left, right] = [figure("tanh"), figure("The error against h")];
  const says = el("p", { class: "told", role: "status" });
  place.append(el("div", { class: "row" }, at, h, way), el("div", { class: "row" }, left, right), says);

  function show() {
    const [x, step, forward] = [at.get(), 10 ** h.get(), way.get() === "forward"];
    const [exact, ...both] = engine.call("slopes", x, step), [y, above, below] = both.slice(2);
    const measured = both[forward ? 0 : 1];
    const ends = [[x + step, above], forward ? [x, y] : [x - step, below]];
    chart(left, BOX, [[-2, null, "−2"], [0, null, "x = 0"], [2, null, "2"], [null, 1, "1"], [null, 0, "0"], [null, -1, "−1"]], [
      { color: "c0", points: curve },
      { color: "c2", ...line(x, y, exact) },
      { color: "c1", ...line(ends[0][0], ends[0][1], measured) },
      { color: "c1", points: ends, dot: true },
    ]);
    const errors = Array.from({ length: 141 }, (_, i) => {
      const power = LOW + i / 10, [exact, ...both] = engine.call("slopes", x, 10 ** power);
      return [power, both[0] - exact, both[1] - exact];
    });
    chart(right, [LOW, HIGH, -16, 1], [[-12, null, "h = 1e−12"], [-6, null, "1e−6"], [-1, null, "0.1"], [null, 0, "1"], [null, -8, "1e−8"], [null, -14, "1e−14"]], [
      { color: forward ? "c1" : "pale", points: errors.map(([p, e]) => [p, power(e)]) },
      { color: forward ? "pale" : "c1", points: errors.map(([p, , e]) => [p, power(e)]) },
      { color: "c1", points: [[h.get(), power(measured - exact)]], dot: true },
    ]);
    says.textContent = `At x = ${x} with h = ${digits(step)} the secant (orange) rises by ${digits(measured, 8)}, the tangent (green) by ${digits(exact, 8)}: an error of ${digits(measured - exact, 8)}.`;
    left.setAttribute("aria-label", `tanh with its secant and its tangent at ${x}`);
    right.setAttribute("aria-label", `The error against h, both on logarithmic axes: a V; at this h the error is ${digits(measured - exact, 8)}`);
  }
  show();
});

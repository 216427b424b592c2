// What the four things to touch share: elements, controls, lines in a frame of axes, and a start that may fail in words.
const SIDE28 = 28;
function el(name, attributes = {}, ...children) {
  const ns = ["svg", "path", "circle", "text"].includes(name) ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
  const element = document.createElementNS(ns, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function image(label) {
  return el("canvas", { width: SIDE28, height: SIDE28, role: "img", "aria-label": label });
}

function button(text, press) {
  const made = el("button", { type: "button" }, text);
  made.addEventListener("click", press);
  return made;
}

function slider(text, [min, max, step, value], changed, shown = (x) => x) {
  const output = el("output"), input = el("input", { type: "range", min, max, step, value });
  const say = () => { output.textContent = shown(Number(input.value)); input.setAttribute("aria-valuetext", output.textContent); };
  input.addEventListener("input", () => { say(); changed(); });
  say();
  const label = el("label", { class: "control" }, el("span", {}, text, " ", output), input);
  return Object.assign(label, { get: () => Number(input.value), set: (x) => { input.value = x; say(); } });
}

function choice(text, options, value, changed) {
  const select = el("select", {}, ...options.map(([name, words]) => el("option", { value: name }, words)));
  select.value = value;
  select.addEventListener("change", changed);
  return Object.assign(el("label", { class: "control" }, el("span", {}, text), select), { get: () => select.value });
}

// Lines and points in a frame: each is { color, points: [[x, y], …], dot }, within [left, right, bottom, top].
function chart(svg, [left, right, bottom, top], marks, parts) {
  const at = ([x, y]) => [45 + (345 * (x - left)) / (right - left), 215 - (200 * (y - bottom)) / (top - bottom)].map((n) => n.toFixed(1));
  const drawn = [el("path", { class: "axis", d: "M45 15V215H390" })];
  for (const [x, y, words] of marks) {
    const [px, py] = at([x ?? left, y ?? bottom]);
    drawn.push(el("text", x === null ? { x: 41, y: Number(py) + 4, "text-anchor": "end" } : { x: px, y: 231, "text-anchor": px > 360 ? "end" : "middle" }, words));
  }
  for (const { color, points, dot } of parts) {
    const places = points.filter((p) => p.every(Number.isFinite)).map(at);
    if (dot) drawn.push(...places.map(([cx, cy]) => el("circle", { class: color, cx, cy, r: 5 })));
    else if (places.length) drawn.push(el("path", { class: color, d: `M${places.join("L")}` }));
  }
  svg.replaceChildren(...drawn);
}

const figure = (label) => el("svg", { viewBox: "0 0 400 240", role: "img", "aria-label": label });
const digits = (x, n = 4) => (Number.isInteger(x) ? String(x) : Math.abs(x) < 1e-3 ? x.toExponential(1) : x.toFixed(n)).replace("-", "−");

// The images that travel in the page: labels, then pixels.
let unpacked = null;
async function withImages(engine) {
  const { images, train } = DATA;
  unpacked ??= await unpack(images);
  engine.bytes(unpacked);
  const [, held] = engine.call("images", train);
  const n = train + held;
  return { n, train, held, label: (i) => unpacked[i], pixels: (i) => Array.from(unpacked.subarray(n + 784 * i, n + 784 * (i + 1))) };
}

// Builds a thing to touch in its place. Where that fails, its still picture stays, and a sentence says why.
async function touch(name, build) {
  const section = document.getElementById(`touch-${name}`);
  if (!section) return;
  const [says, alive] = [section.querySelector(".says"), section.querySelector(".alive")];
  try {
    await build(alive);
    section.classList.add("moves");
    // The slides fit themselves to the screen again.
    dispatchEvent(new Event("resize"));
  } catch (error) {
    says.textContent = `${error.message} So here is a still picture. `;
    if (location.search) says.append(el("a", { href: location.pathname + location.hash }, "Without the settings in the address"));
    section.dataset.fault = error.message;
  }
}

// Without a network, a closure in the notebook reads the drawings: the page hands each of them on.
for (const part of document.querySelectorAll(".pad .read, .pad .why")) part.hidden = !NETWORK;
let engine = null;

// They come as 32-bit numbers, or where a page must be small as bytes, whole multiples of a step.
function parameters() {
  const bytes = Uint8Array.from(atob(NETWORK.parameters), (c) => c.charCodeAt(0));
  return NETWORK.step ? Array.from(new Int8Array(bytes.buffer), (n) => n * NETWORK.step) : new Float32Array(bytes.buffer);
}

async function start() {
  if (!NETWORK) return;
  const started = await Engine.start(WASM);
  started.numbers([...NETWORK.layers.flat(), ...parameters()]);
  started.call("load", NETWORK.layers.length, NETWORK.scale);
  engine = started;
  say(show());
}

function predict(image) {
  engine.bytes(image);
  return Array.from(engine.call("read"));
}

// The drawing: lines of points, 0 to 1 from left to right and from top to bottom.
const SIDE = 28, FITS = 20, PEN = 2.3;
let lines = [];
let key = { x: 0.5, y: 0.5, down: false, shown: false };
const pad = document.getElementById("pad"), seen = document.getElementById("seen");
const clear = document.getElementById("clear"), answer = document.getElementById("answer");
const bars = document.getElementById("bars");
const ink = seen.getContext("2d", { willReadFrequently: true });

function trace(context, lines, width, place) {
  context.lineWidth = width;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = context.fillStyle = "#fff";
  for (const line of lines) {
    context.beginPath();
    line.forEach((point, i) => (i ? context.lineTo(...place(point)) : context.moveTo(...place(point))));
    // A line of one point has no length, and would not be drawn.
    if (line.length === 1) context.lineTo(...place({ x: line[0].x, y: line[0].y + 1e-4 }));
    context.stroke();
  }
}

// As MNIST was made: fitted into 20 × 20 in its own shape, then moved so that its centre of mass is the middle.
function prepare() {
  if (lines.length === 0) return new Array(SIDE * SIDE).fill(0);
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (const { x, y } of lines.flat()) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const scale = Math.min((FITS - PEN) / Math.max(right - left, bottom - top), SIDE);
  const draw = (x0, y0) => {
    ink.clearRect(0, 0, SIDE, SIDE);
    trace(ink, lines, PEN, ({ x, y }) => [x0 + (x - left) * scale, y0 + (y - top) * scale]);
    const { data } = ink.getImageData(0, 0, SIDE, SIDE);
    return Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3]);
  };
  const x0 = (SIDE - (right - left) * scale) / 2, y0 = (SIDE - (bottom - top) * scale) / 2;
  const image = draw(x0, y0);
  const mass = image.reduce((sum, pixel) => sum + pixel, 0);
  const centre = (of) => image.reduce((sum, pixel, i) => sum + pixel * (of(i) + 0.5), 0) / mass;
  const x = centre((i) => i % SIDE), y = centre((i) => Math.floor(i / SIDE));
  return draw(x0 + SIDE / 2 - x, y0 + SIDE / 2 - y);
}

NETWORK?.names.forEach((name) => {
  const row = bars.appendChild(document.createElement("li"));
  row.append(name, document.createElement("i"), document.createElement("b"));
});

const percent = (p) => `${(100 * p).toFixed(1)} %`;

function show() {
  const context = pad.getContext("2d");
  context.clearRect(0, 0, pad.width, pad.height);
  trace(context, lines, pad.width / 14, ({ x, y }) => [x * pad.width, y * pad.height]);
  if (key.shown) {
    context.fillStyle = key.down ? "#e69f00" : "#56b4e9";
    context.fillRect(key.x * pad.width - 8, key.y * pad.height - 8, 16, 16);
  }
  const image = prepare();
  const p = lines.length && engine ? predict(image) : [];
  explain(p);
  if (!NETWORK) parent.postMessage(lines.length ? image.join(",") : "", "*");
  if (!lines.length) ink.clearRect(0, 0, SIDE, SIDE);
  [...bars.children].forEach((row, i) => {
    row.children[0].style.width = `${100 * (p[i] ?? 0)}%`;
    row.children[1].textContent = p.length ? percent(p[i]) : "";
  });
  return p;
}

// Where the ink speaks for the digit that is read, and which hidden units speak loudest.
const UNITS = 6;
const units = document.getElementById("units"), ground = document.getElementById("ground");
function explain(p) {
  const digit = p.indexOf(Math.max(...p));
  const reasons = p.length ? engine.call("reasons", digit, UNITS) : [];
  paint(ground, reasons.length ? reasons.slice(0, SIDE * SIDE) : new Array(SIDE * SIDE).fill(0), true);
  units.parentNode.hidden = reasons.length <= SIDE * SIDE;
  document.getElementById("for").textContent = p.length ? `red: ink for ${NETWORK.names[digit]}, blue: against` : "ink for and against";
  for (const [i, unit] of [...units.children].entries()) {
    const [add, ...weights] = reasons.slice(SIDE * SIDE + i * (SIDE * SIDE + 1), SIDE * SIDE + (i + 1) * (SIDE * SIDE + 1));
    if (!weights.length) continue;
    paint(unit.firstChild, weights, true);
    unit.lastChild.textContent = add.toFixed(1);
  }
}
for (let i = 0; i < UNITS; i++) {
  const unit = units.appendChild(document.createElement("li")), canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "The weights of a hidden unit");
  unit.append(canvas, document.createElement("span"));
}

// Said when a line ends, not at each point: a screen reader could not follow.
function say(p) {
  const best = p.indexOf(Math.max(...p));
  answer.value = NETWORK && !engine ? "One moment." : p.length ? `Reads ${NETWORK.names[best]}, ${percent(p[best])}` : "Draw a digit.";
}

function at(event) {
  const box = pad.getBoundingClientRect();
  // The pen may leave the pad; ink that the student cannot see would confuse.
  const inside = (x) => Math.min(Math.max(x, 0), 1);
  return { x: inside((event.clientX - box.left) / box.width), y: inside((event.clientY - box.top) / box.height) };
}
let drawing = null;
pad.addEventListener("pointerdown", (event) => {
  if (drawing !== null || event.button !== 0) return;
  drawing = event.pointerId;
  pad.setPointerCapture(drawing);
  key = { ...key, down: false, shown: false };
  lines.push([at(event)]);
  show();
});
pad.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drawing) return;
  const events = event.getCoalescedEvents?.() ?? [];
  for (const part of events.length ? events : [event]) lines.at(-1).push(at(part));
  show();
});
for (const end of ["pointerup", "pointercancel"]) {
  pad.addEventListener(end, (event) => {
    if (event.pointerId !== drawing) return;
    drawing = null;
    say(show());
  });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
pad.addEventListener("keydown", (event) => {
  if (event.key === "Delete" || event.key === "Backspace") {
    reset();
  } else if (drawing !== null) {
    return; // A line is being drawn; a key would add to it.
  } else if (event.key in ARROWS) {
    const [right, down] = ARROWS[event.key];
    const inside = (x) => Math.min(Math.max(x, 0.03), 0.97);
    key = { ...key, x: inside(key.x + right / 28), y: inside(key.y + down / 28), shown: true };
    if (key.down) lines.at(-1).push({ x: key.x, y: key.y });
  } else if (event.key === " ") {
    key = { ...key, down: !key.down, shown: true };
    if (key.down) lines.push([{ x: key.x, y: key.y }]);
  } else return;
  // The page would scroll, and the notebook would take the key for itself.
  event.preventDefault();
  event.stopPropagation();
  say(show());
});
function reset() {
  lines = [];
  drawing = null; // What is left of a line that is being drawn has nothing to go on from.
  key = { x: 0.5, y: 0.5, down: false, shown: document.activeElement === pad };
  say(show());
}
clear.addEventListener("click", reset);
show();
const started = start();

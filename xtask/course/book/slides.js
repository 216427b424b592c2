"use strict";
// One slide a screen: arrow keys, Page Up and Down, Home, End, Space, the buttons; the address holds the number.
const stage = document.getElementById("stage");
const slides = [...document.querySelectorAll(".slide")];
const SCREEN = { width: 1280, height: 720, slide: 668 };
let now = 0;

function hidden() {
  return slides[now].querySelector(".fragment:not(.told)");
}

function fit() {
  const scale = Math.min(innerWidth / SCREEN.width, innerHeight / SCREEN.height);
  const left = (innerWidth - SCREEN.width * scale) / 2;
  const top = (innerHeight - SCREEN.height * scale) / 2;
  stage.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  const slide = slides[now];
  // Whatever is too tall gets smaller until it fits; its lines get longer, so twice is not enough.
  let zoom = 1;
  do {
    slide.style.zoom = zoom;
    slide.style.width = `${1200 / zoom}px`;
    slide.style.marginInline = `${40 / zoom}px`;
    zoom -= 0.04;
  } while (zoom > 0.4 && slide.getBoundingClientRect().height / scale > SCREEN.slide);
}

function show(number) {
  slides[now].classList.remove("now");
  now = Math.max(0, Math.min(slides.length - 1, number));
  slides[now].classList.add("now");
  document.getElementById("place").textContent = `${now + 1} / ${slides.length}`;
  history.replaceState(null, "", `#${now + 1}`);
  fit();
}

function forward() {
  const next = hidden();
  if (next) next.classList.add("told");
  else show(now + 1);
}

const KEYS = {
  ArrowRight: forward, ArrowDown: forward, PageDown: forward, " ": forward,
  ArrowLeft: () => show(now - 1), ArrowUp: () => show(now - 1), PageUp: () => show(now - 1),
  Home: () => show(0), End: () => show(slides.length - 1),
};
document.addEventListener("keydown", (event) => {
  const own = event.target.closest(".touch") || (event.target.closest("button, a, summary") && event.key === " ");
  if (own || event.altKey || event.ctrlKey || event.metaKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
document.getElementById("back").addEventListener("click", () => show(now - 1));
document.getElementById("forward").addEventListener("click", forward);
addEventListener("resize", fit);
addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0));
document.body.classList.add("showing");
show(Number(location.hash.slice(1)) - 1 || 0);

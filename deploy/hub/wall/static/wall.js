"use strict";
// The page renews itself: what is new in <main> takes the old one's place, at the same scroll and focus.
const SECONDS = 4;
const headers = { "X-XSRFToken": document.currentScript.dataset.xsrf };
const parser = new DOMParser();
const state = document.getElementById("state");

async function renew() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", headers });
    const page = parser.parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("main"), then = document.querySelector("main");
    if (!answer.ok || !page.getElementById("state")) throw new Error("the login has ended: load this page again");
    const [left, top] = [then.querySelector(".scroll")?.scrollLeft, then.querySelector(".scroll")?.scrollTop];
    const focused = document.activeElement;
    const had = focused && then.contains(focused) ? (focused.id ? `[id="${CSS.escape(focused.id)}"]` : ".scroll") : null;
    if (now.innerHTML !== then.innerHTML) then.replaceWith(now);
    const scroll = document.querySelector(".scroll");
    if (scroll) [scroll.scrollLeft, scroll.scrollTop] = [left ?? 0, top ?? 0];
    if (had && !document.querySelector("main").contains(document.activeElement)) document.querySelector(had)?.focus();
    state.textContent = "";
  } catch (error) {
    const why = error instanceof TypeError ? "the server does not answer" : error.message;
    state.textContent ||= `Not renewed since ${new Date().toLocaleTimeString()}: ${why}.`;
  }
  setTimeout(renew, SECONDS * 1000);
}
setTimeout(renew, SECONDS * 1000);

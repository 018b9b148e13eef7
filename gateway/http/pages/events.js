"use strict";

const search = document.getElementById("search");
const wanted = document.getElementById("wanted");
const found = document.getElementById("found");
const events = [...document.querySelectorAll(".events details")];
const texts = new Map(events.map((event) => [event, event.textContent.toLowerCase()]));

function show() {
  const words = wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const event of events) event.hidden = !words.every((word) => texts.get(event).includes(word));
  for (const section of document.querySelectorAll(".events")) {
    section.hidden = !section.querySelector("details:not([hidden])");
  }
  const left = events.filter((event) => !event.hidden);
  found.textContent = words.length ? `${left.length} of ${events.length}` : "";
}

// An address like /events/docs#incident.registered.v1 shows that event at once.
function open() {
  const event = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (event instanceof HTMLDetailsElement) {
    event.open = true;
    event.scrollIntoView();
  }
}

search.hidden = false;
search.addEventListener("submit", (event) => event.preventDefault());
wanted.addEventListener("input", show);
addEventListener("hashchange", open);
show();
open();

"use strict";

const wanted = decodeURIComponent(location.pathname.split("/")[2] || "");
const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(wanted);
const QUERY = `query ($id: ID, $slug: String, $one: Boolean!) {
  guide { id slug title locale depth isAddition company { id } }
  guidePage(id: $id, slug: $slug) @include(if: $one) { ...told additions { ...told } }
}
fragment told on GuidePage { title html locale translations { locale state } }`;
const NOTES = {
  MACHINE: "Translated by machine, and read by nobody yet.",
  STALE: "The original has changed since this was translated.",
};

// A slug may be that of a page of a company as well, which only its id names.
const address = (page) => `/guide/${encodeURIComponent(page.company ? page.id : page.slug)}`;

function showTree(pages) {
  const lists = [];
  for (const page of pages.filter((each) => !each.isAddition)) {
    while (lists.length > page.depth) lists.pop();
    if (lists.length < page.depth) {
      const list = document.createElement("ul");
      (lists.length ? lists[lists.length - 1].lastElementChild : find("pages")).append(list);
      lists.push(list);
    }
    const link = document.createElement("a");
    link.href = address(page);
    link.lang = page.locale;
    link.textContent = page.title;
    if ([page.id, page.slug].includes(wanted)) link.setAttribute("aria-current", "page");
    const item = document.createElement("li");
    item.append(link);
    lists[lists.length - 1].append(item);
  }
}

// The service has taken everything out of `html` that could do harm, and the policy of this page lets no script in.
function showPage(page, level) {
  const title = document.createElement(level);
  const body = document.createElement("div");
  title.textContent = page.title;
  title.lang = body.lang = page.locale;
  body.innerHTML = page.html;
  const { state } = page.translations.find((each) => each.locale === page.locale);
  const note = document.createElement("p");
  note.className = "note";
  note.lang = "en";
  note.textContent = NOTES[state] || "";
  find("page").append(title, ...(NOTES[state] ? [note] : []), body);
}

async function show() {
  const given = { id: isId ? wanted : null, slug: isId ? null : wanted, one: wanted !== "" };
  const data = await ask(QUERY, given);
  find("signed-out").hidden = data !== null;
  if (!data) return;
  showTree(data.guide);
  if (!wanted) return;
  if (!data.guidePage) throw new Error("There is no such page, or it is not for you.");
  document.title = `${data.guidePage.title} · Incident Registry`;
  showPage(data.guidePage, "h1");
  for (const addition of data.guidePage.additions) showPage(addition, "h2");
}

show().catch((error) => {
  find("failure").textContent = error.message;
});

// Search, and choosing on product pages. Every page can be read without scripts.
const form = document.querySelector("form.search");

if (form instanceof HTMLFormElement) {
  const input = form.elements.namedItem("q");
  const status = document.getElementById("search-status");
  const results = document.getElementById("search-results");
  const most = 24;
  const files = new Map();

  // As the index cuts words.
  const wordsOf = (text) =>
    text
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[\p{M}\u0640]/gu, "")
      .split(/[^\p{L}\p{N}]+/u)
      .map((word) => word.replace(/^ال(?=...)/, ""))
      .filter(Boolean);

  const read = async (address) => {
    const reply = await fetch(address);
    if (!reply.ok) throw new Error(String(reply.status));
    return reply.json();
  };

  // A part of the index: in its place, or in a file of its own.
  const load = (part) => {
    if (typeof part !== "string") return part;
    if (!files.has(part)) files.set(part, read(part));
    return files.get(part);
  };

  // By number of the row, how many of the words are not in its title.
  const find = async (index, words) => {
    let found;
    for (const word of words) {
      const parts = index.words.filter(([first], at) => first <= `${word}\uffff` && !(index.words[at + 1]?.[0] <= word));
      const hits = new Map();
      for (const postings of await Promise.all(parts.map(([, part]) => load(part)))) {
        for (const [known, steps] of postings) {
          if (!known.includes(word)) continue;
          let place = 0;
          for (const step of steps) {
            place += step;
            const row = place >> 1;
            if (!found || found.has(row)) hits.set(row, Math.min(hits.get(row) ?? 1, place & 1));
          }
        }
      }
      for (const [row, score] of hits) hits.set(row, score + (found?.get(row) ?? 0));
      found = hits;
    }
    return [...found].sort(([one, score], [other, otherScore]) => score - otherScore || one - other).map(([row]) => row);
  };

  const card = ([title, href, price, picture]) => {
    const item = document.createElement("li");
    item.className = "card";
    const frame = item.appendChild(document.createElement("div"));
    frame.className = "frame";
    const image = frame.appendChild(document.createElement("img"));
    image.alt = "";
    image.loading = "lazy";
    image.src = picture;
    const heading = item.appendChild(document.createElement("p"));
    heading.className = "card-title";
    const link = heading.appendChild(document.createElement("a"));
    link.href = href;
    link.textContent = title;
    item.appendChild(document.createElement("p")).textContent = price;
    return item;
  };

  const search = async () => {
    const asked = input.value;
    const words = wordsOf(asked);
    let cards = [];
    let said = "";
    try {
      if (words.length > 0) {
        const index = await load(form.dataset.index);
        const found = await find(index, words);
        const shown = found.slice(0, most).map(async (row) => (await load(index.rows[Math.floor(row / index.size)]))[row % index.size]);
        cards = (await Promise.all(shown)).map(card);
        said = found.length === 0 ? form.dataset.none : form.dataset.found.replace("{count}", String(found.length));
        if (found.length > most) said += ` ${form.dataset.more.replace("{count}", String(most))}`;
      }
    } catch {
      files.clear();
      said = form.dataset.failed;
    }
    // Meanwhile something else may have been asked.
    if (asked !== input.value) return;
    results.replaceChildren(...cards);
    status.textContent = said;
  };

  input.value = new URLSearchParams(location.search).get("q") ?? "";
  input.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(location.href);
    address.searchParams.set("q", input.value);
    history.replaceState(null, "", address);
    void search();
  });
  void search();
}

// A product's page shows the variant that its address names, or that was chosen from the list.
const choices = document.querySelector(".choices");

if (choices) {
  const address = new URL(location.href);
  const picture = document.querySelector(".pictures img");
  const price = document.querySelector(".facts .big");

  const show = (input) => {
    const row = input.closest("li");
    const { src, srcset } = row.querySelector("img");
    Object.assign(picture, { srcset, src });
    price.replaceChildren(row.querySelector(".price").cloneNode(true));
  };

  const named = [...choices.querySelectorAll("input")].find(({ value }) => value === address.searchParams.get("v"));
  if (named) {
    named.checked = true;
    show(named);
  }
  choices.addEventListener("change", ({ target }) => {
    show(target);
    address.searchParams.set("v", target.value);
    history.replaceState(null, "", address);
  });
}

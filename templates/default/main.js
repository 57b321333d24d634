// Search, filters, and choosing on product pages. Every page can be read without scripts.
const read = async (address) => {
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(String(reply.status));
  return reply.json();
};

// A part of an index: in its place, or in a file of its own.
const files = new Map();
const load = (part) => {
  if (typeof part !== "string") return part;
  if (!files.has(part)) files.set(part, read(part));
  return files.get(part);
};

// As many are shown at once.
const step = 24;

const make = (parent, tag, className, values) =>
  Object.assign(parent.appendChild(document.createElement(tag)), { className }, values);

const card = ([title, href, price, picture]) => {
  const item = make(document.createDocumentFragment(), "li", "card");
  make(make(item, "div", "frame"), "img", "", { alt: "", loading: "lazy", src: picture });
  make(make(item, "p", "card-title"), "a", "", { href, textContent: title });
  make(item, "p", "", { textContent: price });
  return item;
};

const form = document.querySelector("form.search");

if (form instanceof HTMLFormElement) {
  const input = form.elements.namedItem("q");
  const status = document.getElementById("search-status");
  const results = document.getElementById("search-results");

  // As the index cuts words.
  const wordsOf = (text) =>
    text
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[\p{M}\u0640]/gu, "")
      .split(/[^\p{L}\p{N}]+/u)
      .map((word) => word.replace(/^ال(?=...)/, ""))
      .filter(Boolean);

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

  const search = async () => {
    const asked = input.value;
    const words = wordsOf(asked);
    let cards = [];
    let said = "";
    try {
      if (words.length > 0) {
        const index = await load(form.dataset.index);
        const found = await find(index, words);
        const shown = found.slice(0, step).map(async (row) => (await load(index.rows[Math.floor(row / index.size)]))[row % index.size]);
        cards = (await Promise.all(shown)).map(card);
        said = found.length === 0 ? form.dataset.none : form.dataset.found.replace("{count}", String(found.length));
        if (found.length > step) said += `. ${form.dataset.more.replace("{count}", String(step))}`;
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

// A collection's page: what is asked for stands in its address.
const filters = document.querySelector(".filters form");

// A page for those without scripts: the same is asked of the collection.
if (filters?.dataset.asked) location.replace(`${filters.action}?${filters.dataset.asked}`);
else if (filters) {
  const grid = document.querySelector(".grid");
  const count = document.querySelector(".count");
  const paging = document.querySelector(".paging");
  const { index, root, found: foundText, none, failed, more } = filters.dataset;
  const listed = [...grid.children];
  const countText = count.textContent;
  const pathTo = (path) => new URL(path, new URL(root, location.href)).href;
  const part = (content) => load(typeof content === "string" ? pathTo(content) : content);
  const known = new Map(listed.map((item) => [item.querySelector("a").href, item]));
  let last;

  // The numbers of the rows that fit, in the order that was asked for.
  const select = async (data, { count: all, facets, amounts, names }) => {
    let fits = [...Array(all).keys()];
    for (const [name, values, column] of facets) {
      const wanted = data.getAll(name);
      if (!wanted.length) continue;
      const has = await part(column);
      fits = fits.filter((row) => [has[row]].flat().some((value) => wanted.includes(values[value])));
    }
    const [min, max, sort] = ["min", "max", "sort"].map((name) => data.get(name));
    if (min || max) {
      const costs = await part(amounts);
      fits = fits.filter((row) => costs[row] >= min && costs[row] <= (max || Infinity));
    }
    if (sort) {
      const ranks = await part(sort === "name" ? names : amounts);
      fits.sort((one, other) => (sort === "down" ? ranks[other] - ranks[one] : ranks[one] - ranks[other]));
    }
    return fits;
  };

  const cardAt = async (row, { rows, size }) => {
    const [title, path, price, picture] = (await part(rows[Math.floor(row / size)]))[row % size];
    const href = pathTo(path);
    return known.get(href) ?? card([title, href, price, pathTo(picture)]);
  };

  const show = async (asked, fits, contents, most) => {
    const cards = await Promise.all(fits.slice(0, most).map((row) => cardAt(row, contents)));
    // Meanwhile something else may have been asked.
    if (asked !== last) return;
    grid.replaceChildren(...cards);
    count.textContent = fits.length ? foundText.replace("{count}", String(fits.length)) : none;
    document.querySelector(".more")?.remove();
    if (fits.length <= most) return;
    const button = make(grid.parentNode, "button", "button quiet more", { type: "button", textContent: more });
    button.onclick = () =>
      show(asked, fits, contents, most + step).then(() => grid.children[most]?.querySelector("a").focus(), fail);
  };

  const fail = () => {
    files.clear();
    count.textContent = failed;
  };

  const apply = async () => {
    const data = new FormData(filters);
    const asked = String(new URLSearchParams([...data].filter(([, value]) => value !== "")));
    if (asked === last) return;
    last = asked;
    history.replaceState(null, "", asked ? `?${asked}` : location.pathname);
    if (paging) paging.hidden = asked !== "";
    if (!asked) {
      document.querySelector(".more")?.remove();
      grid.replaceChildren(...listed);
      count.textContent = countText;
      return;
    }
    try {
      const contents = await load(index);
      await show(asked, await select(data, contents), contents, step);
    } catch {
      last = undefined;
      fail();
    }
  };

  for (const [name, value] of new URLSearchParams(location.search)) {
    for (const field of filters.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type !== "checkbox") field.value = value;
      else if (field.value === value) {
        field.checked = true;
        field.closest("details").open = true;
      }
    }
  }
  filters.addEventListener("change", apply);
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    void apply();
  });
  // The fields are empty only after the event.
  filters.addEventListener("reset", () => setTimeout(apply));
  if (new FormData(filters).values().some(Boolean)) {
    filters.parentNode.open = true;
    void apply();
  }
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
    const ask = document.querySelector(".ask .button");
    if (ask) ask.href = input.dataset.ask;
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

// The enquiry list is kept in this browser alone: lines of text, of one store.
const holder = document.querySelector("[data-list]");

if (holder) {
  const { list, item, added, intro, remove, compose } = holder.dataset;
  const key = `enquiry:${list}`;
  const lines = () => JSON.parse(localStorage.getItem(key) ?? "[]");
  const keep = (items) => localStorage.setItem(key, JSON.stringify(items));

  const show = () => {
    const items = lines();
    const rows = document.querySelector(".enquiry .list");
    rows.replaceChildren();
    holder.hidden = items.length > 0;
    for (const text of items) {
      const row = make(rows, "li", "", { textContent: text });
      const button = make(row, "button", "tool", { type: "button", textContent: remove, ariaLabel: `${remove}: ${text}` });
      button.onclick = () => {
        keep(items.filter((other) => other !== text));
        show();
      };
    }
    const words = items.length ? [intro, ...items].join("\n") : "";
    if (compose) document.querySelector(".enquiry .button").href = compose + encodeURIComponent(words);
    else document.querySelector(".enquiry [name=items]").value = words;
  };

  if (item) {
    holder.onclick = () => {
      keep([...new Set([...lines(), document.querySelector(".choices :checked")?.dataset.item ?? item])]);
      holder.textContent = added;
    };
  } else show();
}

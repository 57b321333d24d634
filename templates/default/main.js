// The search page. Everything else works without scripts.
const form = document.querySelector("form.search");

if (form instanceof HTMLFormElement) {
  const input = form.elements.namedItem("q");
  const status = document.getElementById("search-status");
  const results = document.getElementById("search-results");
  let index;

  const plain = (text) => text.normalize("NFKD").replace(/\p{Diacritic}/gu, "").toLowerCase();

  const load = () => {
    index ??= fetch(form.dataset.index).then((reply) => {
      if (!reply.ok) throw new Error(String(reply.status));
      return reply.json();
    });
    return index;
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
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    if (words.length === 0) {
      status.textContent = "";
      results.replaceChildren();
      return;
    }
    try {
      const entries = await load();
      const inTitle = [];
      const elsewhere = [];
      for (const entry of entries) {
        const title = plain(entry[0]);
        const text = `${title} ${plain(entry[4])}`;
        if (words.every((word) => title.includes(word))) inTitle.push(entry);
        else if (words.every((word) => text.includes(word))) elsewhere.push(entry);
      }
      const found = [...inTitle, ...elsewhere];
      results.replaceChildren(...found.slice(0, 60).map(card));
      status.textContent = found.length === 0 ? form.dataset.none : form.dataset.found.replace("{count}", String(found.length));
    } catch {
      index = undefined;
      status.textContent = form.dataset.failed;
    }
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

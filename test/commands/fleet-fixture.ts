/** The smallest fleet that renders: ten-line tenants, a template of three files. */

/** What differs from the plainest tenant. */
export interface TenantChoices {
  readonly name?: string;
  readonly title?: string;
  readonly host?: string;
  readonly template?: string;
  readonly state?: string;
  /** Further lines at the top level. */
  readonly more?: string;
}

/** A tenant's YAML with one product. */
export const tenantFile = (id: string, choices: TenantChoices = {}): string =>
  [
    "schema: storefront/v1",
    `id: ${id}`,
    `brand: { name: ${choices.name ?? `Shop ${id}`} }`,
    `theme: { template: ${choices.template ?? "plain"} }`,
    "locale: { default: en-GB, currency: GBP }",
    `lifecycle: { state: ${choices.state ?? "live"} }`,
    "catalog:",
    "  products:",
    `    - { id: one, title: ${choices.title ?? "A jug"}, price: 10.00 GBP, availability: in_stock, description: It pours. }`,
    `contact: { email: hello@${id}.example }`,
    ...(choices.host === undefined ? [] : [`domains: [{ host: ${choices.host} }]`]),
    ...(choices.more === undefined ? [] : [choices.more]),
    "",
  ].join("\n");

/** A page that any template may have. */
export const PAGE = `<!doctype html><html lang="<%= it.store.language %>"><head>
<meta http-equiv="Content-Security-Policy" content="<%= it.policy %>"><title><%= it.meta.title %></title>
</head><body><h1><%= it.store.name %></h1>
<% for (const product of it.products) { %><p><%= product.title %></p><% } %>
</body></html>
`;

/** The files of a template; `page` replaces its home page. */
export const templateFiles = (name = "plain", page: string = PAGE): Record<string, string> => ({
  [`templates/${name}/index.html.ejs`]: page,
  [`templates/${name}/styles.css`]: "body { margin: 0 }\n",
  [`templates/${name}/main.js`]: "\n",
});

/** The home page with one more line, for changes of a template. */
export const OTHER_PAGE: string = PAGE.replace("</body>", "<p>new</p></body>");

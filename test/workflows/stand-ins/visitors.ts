/** For `--import`: a process that asks a store's own address is answered from the fake bucket, as its visitors would be. */
const real = globalThis.fetch;
const folder = process.env["STORES_OF_VISITORS"] ?? "";

globalThis.fetch = (input, options) => {
  const { protocol, pathname } = new URL(input instanceof Request ? input.url : input);
  return protocol === "https:"
    ? real(`${folder}${encodeURIComponent(pathname.slice(1))}?alt=media`, options)
    : real(input, options);
};

/** The links by which a product is bought at a hosted checkout: only to hosts that the tenant has listed. */
import type { Findings, Row } from "./catalog-row.ts";
import { suggest } from "./suggestion.ts";
import { quoteValue } from "./text-safety.ts";

/** What such an address may consist of (RFC 3986), so that it is the same in every attribute and file. */
const ADDRESS = /^https:\/\/[!#-;=?-Z_a-z~%[\]]+$/i;

/**
 * Checks the `checkout_url` of a row; undefined where there is none that a page could link to.
 *
 * Rules: `checkout-url`, `checkout-host`; as a warning `checkout-missing`, of a row that is for sale.
 */
export function readCheckout(
  row: Row,
  written: string | undefined,
  { hosts, forSale }: { readonly hosts: readonly string[]; readonly forSale: boolean },
  findings: Findings,
): string | undefined {
  if (written === undefined) {
    if (forSale) {
      const message = "there is no checkout_url, so that nobody can buy it";
      findings.warning("checkout-missing", message, "add the link to its checkout", () => row.locate());
    }
    return undefined;
  }
  const place = () => row.locate("checkout_url");
  const url = written.length <= MOST_LENGTH && ADDRESS.test(written) ? URL.parse(written) : null;
  if (url === null || url.username !== "" || url.password !== "" || url.port !== "") {
    const message = `checkout_url ${quoteValue(written)} is not an address that is accepted`;
    findings.error(
      "checkout-url",
      message,
      "https://, a host without a port, then a path: https://pay.acme.example/tarn",
      place,
    );
    return undefined;
  }
  if (!hosts.includes(url.hostname)) {
    const message = `checkout_url leads to ${quoteValue(url.hostname)}, which is not among commerce.checkout_hosts`;
    findings.error("checkout-host", message, `${suggest(url.hostname, hosts)}; or list the host there`, place);
    return undefined;
  }
  return url.href;
}

const MOST_LENGTH = 2000;

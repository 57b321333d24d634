import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalOf, formatPrice, minorUnitDigits, parsePrice, priceText } from "../../action/src/model/price.ts";

const currencies = fc.constantFrom("GBP", "EUR", "USD", "JPY", "KWD", "BHD", "KRW");

describe("prices", () => {
  test.each([
    ["GBP", 2],
    ["JPY", 0],
    ["KWD", 3],
  ])("%s has %i digits after the point", (currency, digits) => {
    expect(minorUnitDigits(currency)).toBe(digits);
  });

  test.each([
    ["15.00 GBP", "GBP", 1500],
    ["15 GBP", "GBP", 1500],
    ["15.5 GBP", "GBP", 1550],
    ["0.29 USD", "USD", 29],
    ["1.005 KWD", "KWD", 1005],
    ["1500 JPY", "JPY", 1500],
    ["90071992547409.91 EUR", "EUR", Number.MAX_SAFE_INTEGER],
  ])("%s is exact", (text, currency, amount) => {
    expect(parsePrice(text, currency)).toEqual({ price: { amount, currency } });
  });

  test.each([
    ["15.00", "format"],
    ["15,00 GBP", "format"],
    ["£15", "format"],
    ["1e3 GBP", "format"],
    ["-1.00 GBP", "format"],
    [".50 GBP", "format"],
    ["15.00  GBP", "format"],
    ["15.00 gbp", "format"],
    ["", "format"],
    ["15.00 EUR", "currency"],
    ["15.001 GBP", "decimals"],
    ["15.000 GBP", "decimals"],
    ["90071992547409.92 GBP", "range"],
  ])("%j is no price: %s", (text, problem) => {
    expect(parsePrice(text, "GBP")).toEqual({ problem });
  });

  test("yen have no decimals", () => {
    expect(parsePrice("15.0 JPY", "JPY")).toEqual({ problem: "decimals" });
  });

  test("what is written is read again as the same amount", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), currencies, (amount, currency) => {
        expect(parsePrice(priceText({ amount, currency }), currency)).toEqual({ price: { amount, currency } });
      }),
    );
  });

  test("visitors read every digit, also of amounts that a float would round", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), currencies, (amount, currency) => {
        const digits = formatPrice({ amount, currency }, "en-US").replaceAll(/[^0-9.]/g, "");
        expect(digits).toBe(decimalOf({ amount, currency }));
      }),
    );
  });

  test("the language decides how it looks", () => {
    expect(formatPrice({ amount: 123_450, currency: "EUR" }, "de-DE")).toBe("1.234,50\u00a0€");
    expect(formatPrice({ amount: 1500, currency: "GBP" }, "en-GB")).toBe("£15.00");
    expect(formatPrice({ amount: 1500, currency: "JPY" }, "ja-JP")).toBe("￥1,500");
  });
});

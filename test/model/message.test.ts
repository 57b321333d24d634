import { describe, expect, test } from "vitest";
import { ENGINE_MESSAGES } from "../../action/src/model/engine-messages.ts";
import { checkMessages, directionOf, translator } from "../../action/src/model/message.ts";
import { checkTenantAgainstTemplate } from "../../action/src/model/template-fit.ts";
import { loaded, templateNamed } from "../fakes/default-template.ts";
import { sampleTenant } from "./sample-tenant.ts";

const words = new Map([
  ["en", { hello: "Hello {name}", "cup.one": "{count} cup", "cup.other": "{count} cups" }],
  ["pl", { "cup.few": "{count} kubki", "cup.many": "{count} kubków" }],
]);

test("the store's words win over its language's, those over English", () => {
  expect(translator("de-DE", words)("hello", { name: "Ada" })).toBe("Hello Ada");
  expect(translator("en-GB", words, { hello: "Hi {name}" })("hello", { name: "Ada" })).toBe("Hi Ada");
});

test("a count chooses the plural form of the language", () => {
  const english = translator("en", words);
  expect([0, 1, 2].map((count) => english("cup", { count }))).toEqual(["0 cups", "1 cup", "2 cups"]);
  const polish = translator("pl-PL", words);
  expect([3, 5].map((count) => polish("cup", { count }))).toEqual(["3 kubki", "5 kubków"]);
});

test("values are put in as they are, whatever they look like", () => {
  expect(translator("en", words)("hello", { name: "$& {name}" })).toBe("Hello $& {name}");
});

test("an unknown key throws, also one that objects have by nature", () => {
  const t = translator("en", words);
  expect(() => t("goodbye")).toThrow('there is no message "goodbye"');
  expect(() => t("constructor")).toThrow('there is no message "constructor"');
});

test("direction follows from the script", () => {
  expect(["en-GB", "ar", "he-IL", "fa", "az-Arab", "de-DE"].map(directionOf)).toEqual([
    "ltr",
    "rtl",
    "rtl",
    "rtl",
    "rtl",
    "ltr",
  ]);
});

test("every language of the default template has every message, and each plural form that its counts need", () => {
  const { messages } = templateNamed("default");
  const english = new Set(Object.keys(messages.get("en") ?? {}));
  expect([...messages.keys()].toSorted()).toEqual(["ar", "de", "en", "es", "fr"]);
  for (const [language, own] of messages) {
    const plural = new Intl.PluralRules(language);
    const forms = new Set(Array.from({ length: 200 }, (_, count) => plural.select(count)));
    const wanted = [...english].flatMap((key) =>
      key.endsWith(".one")
        ? []
        : key.endsWith(".other")
          ? [...forms].map((form) => key.replace(/other$/, form))
          : [key],
    );
    expect(Object.keys(own).toSorted(), language).toEqual(wanted.toSorted());
  }
  expect([...ENGINE_MESSAGES.keys()].toSorted()).toEqual([...messages.keys()].toSorted());
});

describe("a store's own messages", () => {
  const check = (messages: Record<string, string>) => {
    const { locale } = sampleTenant().settings;
    const tenant = sampleTenant({ locale: { ...locale, messages } });
    const { name, messages: known } = templateNamed("default");
    return checkMessages(tenant, name, known);
  };
  test("a key that nothing shows is an error, with the one that was meant", () => {
    const [first, ...others] = check({ "product.aks": "Ask" });
    expect(others).toEqual([]);
    expect(first).toMatchObject({ rule: "message-unknown", severity: "error", location: { line: 1 } });
    expect(first?.hint).toContain('did you mean "product.ask"');
  });
  test("a placeholder that nothing fills is one", () => {
    expect(check({ "home.more": "All of {titel}" })).toMatchObject([
      {
        rule: "message-placeholder",
        message: 'message "home.more" has no value for "{titel}"',
        hint: "it can use {title}",
      },
    ]);
  });
  test("good ones, engine's ones and plural forms pass", () => {
    expect(check({ "home.more": "Alles: {title}", "closed.title": "Zu", "product.variants.few": "{count} x" })).toEqual(
      [],
    );
  });
  test("a key that objects have by nature is unknown", () => {
    expect(check({ constructor: "x" })).toMatchObject([{ rule: "message-unknown" }]);
  });
});

describe("a tenant against the templates", () => {
  test("an unknown template is an error with the one that was meant", () => {
    const tenant = sampleTenant({ theme: { template: "defualt" } });
    const [first] = checkTenantAgainstTemplate(tenant, loaded.templates);
    expect(first).toMatchObject({ rule: "template-unknown", severity: "error" });
    expect(first?.hint).toContain('did you mean "default"');
  });
  test("a plain tenant fits", () => {
    expect(checkTenantAgainstTemplate(sampleTenant(), loaded.templates)).toEqual([]);
  });
});

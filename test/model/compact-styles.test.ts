import { expect, test } from "vitest";
import { compactStyles } from "../../action/src/model/compact-styles.ts";

test("comments, and space that says nothing, are left out", () => {
  expect(
    compactStyles(`/* Above */
.a,
.b > .c {
  margin: 0 auto; /* aside */
  color: var(--color-text);
}
@media (min-width: 48rem) and (scripting: none) {
  .a {
    gap: 1px;
  }
}
`),
  ).toBe(".a,.b>.c{margin:0 auto;color:var(--color-text)}@media (min-width:48rem) and (scripting:none){.a{gap:1px}}");
});

test.each([
  [".a :hover{}", ".a :hover{}", "of what is inside"],
  [".a { width: calc(1px + 2 * (3px - 1px)) }", ".a{width:calc(1px + 2 * (3px - 1px))}", "around + and -"],
  ['.a { content: "/* a: b;  } */" / "" }', '.a{content:"/* a: b;  } */" / ""}', "inside a string"],
  [".a { content: '\\'  ,' }", ".a{content:'\\'  ,'}", "inside a string with an escaped quote"],
  [".a/* x */.b { }", ".a .b{}", "where a comment was"],
  [".grid { grid-area: 1 / 2 / span 2 }", ".grid{grid-area:1 / 2 / span 2}", "around a slash"],
])("%s keeps the space %s", (css, expected) => {
  expect(compactStyles(css)).toBe(expected);
});

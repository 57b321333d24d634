/** JavaScript of a template, as a function: the one place that turns text into code. */

/**
 * A function of strict code that sees its parameters. Templates are trusted code, as everything else in the repository;
 * a tenant's text never comes here.
 *
 * @throws SyntaxError in the words of the JavaScript engine, which name nothing of ours
 */
export function strictFunction(parameters: readonly string[], code: string): (...values: unknown[]) => string {
  // oxlint-disable-next-line typescript/no-implied-eval -- a template language is compiled here, as EJS itself does it
  return new Function(...parameters, `"use strict";\n${code}`) as (...values: unknown[]) => string;
}

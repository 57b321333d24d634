/** Answers that are asked for again and again: the machine's own objects for a language cost more than using them does. */

/**
 * The same function, that answers equal words out of what it answered before. For few different words: languages,
 * currencies, countries. Nothing is ever forgotten.
 */
export function remember<Words extends readonly string[], Answer>(
  make: (...words: Words) => Answer,
): (...words: Words) => Answer {
  const answers = new Map<string, Answer>();
  return (...words) => {
    const key = words.length === 1 ? (words[0] ?? "") : words.join(" ");
    let answer = answers.get(key);
    if (answer === undefined) answers.set(key, (answer = make(...words)));
    return answer;
  };
}

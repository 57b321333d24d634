/**
 * A tenant's YAML written by a machine: what is as it was stays as people wrote it, comments included.
 *
 * This is the one use of a YAML library with a syntax tree. What it writes counts only as the one reader reads it
 * (`model/yaml.ts`); whoever writes looks.
 */
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { isMapping, type Mapping } from "./mapping.ts";

/** A value that JSON can say. */
type Json = unknown;

/**
 * The text of a tenant file that says `settings`. `before` is its text until now: fields that do not change keep their
 * place, their form and their comments. A new file names the schema, `schemaPath` from where it lies.
 */
export function writeSettings(settings: Mapping, before: string | undefined, schemaPath: string): string {
  const document = parseDocument(before ?? `# yaml-language-server: $schema=${schemaPath}\n`);
  document.contents = merge(document, document.contents, settings) as typeof document.contents;
  return document.toString({ lineWidth: 0 });
}

/** `node` with the least change that makes it say `value`. */
function merge(document: Document, node: unknown, value: Json): Node {
  if (isMap(node) && isMapping(value)) return mergeMapping(document, node, value);
  if (isSeq(node) && Array.isArray(value)) return mergeList(document, node, value);
  if (isScalar(node) && node.value === value) return node;
  const written = document.createNode(value) as Node;
  // What stands behind a value is said of its field.
  if (isScalar(node) && isScalar(written) && node.comment) written.comment = node.comment;
  return written;
}

function mergeMapping(document: Document, node: YAMLMap, value: Mapping): Node {
  node.items = node.items.filter(({ key }) => Object.hasOwn(value, nameOf(key)));
  for (const [name, wanted] of Object.entries(value)) {
    const pair = node.items.find(({ key }) => nameOf(key) === name);
    if (pair === undefined) node.items.push(document.createPair(name, wanted));
    else pair.value = merge(document, pair.value, wanted);
  }
  return node;
}

function mergeList(document: Document, node: YAMLSeq, value: readonly Json[]): Node {
  node.items = value.map((wanted, index) => merge(document, node.items[index], wanted));
  return node;
}

const nameOf = (key: unknown): string => String(isScalar(key) ? key.value : key);

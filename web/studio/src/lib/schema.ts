// schema.ts: from a JSON Schema of props, or from the props themselves where there is none, to the fields of a form. Pure.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type FieldKind = "text" | "longtext" | "number" | "boolean" | "choice" | "colour" | "date" | "file" | "list" | "object" | "json";

export interface Field {
  key: string;
  label: string;
  hint: string;
  kind: FieldKind;
  /** What the schema says; the page's own value counts more. */
  fallback: Json | undefined;
  integer: boolean;
  min: number | null;
  max: number | null;
  step: number | null;
  choices: Json[];
  /** Of an object. */
  fields: Field[];
  /** Of the entries of a list. */
  item: Field | null;
  minItems: number;
  maxItems: number;
}

type Schema = { [key: string]: unknown };

const isObject = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** `backgroundColor` as people write it. */
export function labelOf(key: string): string {
  const words = key.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").trim().toLowerCase();
  return words === "" ? key : words[0]!.toUpperCase() + words.slice(1);
}

const COLOUR = /^#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i;

function kindOf(schema: Schema, example: Json | undefined): FieldKind {
  if (Array.isArray(schema.enum) || isChoiceOf(schema.oneOf)) return "choice";
  const declared = Array.isArray(schema.type) ? schema.type.find((type) => type !== "null") : schema.type;
  const type = declared ?? (isObject(schema.properties) ? "object" : schema.items ? "array" : typeOf(example));
  const format = text(schema.format);
  if (type === "boolean") return "boolean";
  if (type === "number" || type === "integer") return "number";
  if (type === "array") return isObject(schema.items) || Array.isArray(example) ? "list" : "json";
  if (type === "object") return isObject(schema.properties) || isObject(example) ? "object" : "json";
  if (type !== "string") return "json";
  if (format === "color" || format === "colour" || (!format && typeof example === "string" && COLOUR.test(example))) return "colour";
  if (format === "date") return "date";
  if (["file", "uri-reference", "data-url", "path"].includes(format) || schema.contentMediaType) return "file";
  if (format === "textarea" || format === "multiline" || (number(schema.maxLength) ?? 0) > 120) return "longtext";
  return "text";
}

function typeOf(value: Json | undefined): string {
  if (Array.isArray(value)) return "array";
  return value === undefined || value === null ? "unknown" : typeof value;
}

const isChoiceOf = (options: unknown): options is Schema[] =>
  Array.isArray(options) && options.length > 0 && options.every((option) => isObject(option) && "const" in option);

function fieldOf(key: string, given: unknown, example: Json | undefined, depth: number): Field {
  const schema = isObject(given) ? given : {};
  const fallback = (schema.default as Json | undefined) ?? example;
  const kind = depth > 4 ? "json" : kindOf(schema, fallback);
  const choices = Array.isArray(schema.enum) ? schema.enum : isChoiceOf(schema.oneOf) ? schema.oneOf.map((option) => option.const) : [];
  const fields = kind === "object" ? fieldsOf(schema, isObject(fallback) ? (fallback as { [key: string]: Json }) : {}, depth + 1) : [];
  const first = Array.isArray(fallback) ? fallback[0] : undefined;
  return {
    key, kind, fallback, fields, choices: choices as Json[],
    label: text(schema.title) || labelOf(key), hint: text(schema.description),
    integer: schema.type === "integer", min: number(schema.minimum), max: number(schema.maximum), step: number(schema.multipleOf),
    item: kind === "list" ? fieldOf("", schema.items, first, depth + 1) : null,
    minItems: number(schema.minItems) ?? 0, maxItems: number(schema.maxItems) ?? 200,
  };
}

/** The fields for an object: those of the schema first, then what the page has besides. */
export function fieldsOf(schema: unknown, values: { [key: string]: Json }, depth = 0): Field[] {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  const keys = [...new Set([...Object.keys(properties), ...Object.keys(values)])];
  return keys.map((key) => fieldOf(key, properties[key], values[key], depth));
}

/** What a new entry of a list begins with. */
export function emptyValue(field: Field): Json {
  if (field.fallback !== undefined) return structuredClone(field.fallback);
  if (field.kind === "boolean") return false;
  if (field.kind === "number") return field.min ?? 0;
  if (field.kind === "choice") return field.choices[0] ?? null;
  if (field.kind === "colour") return "#808080";
  if (field.kind === "list") return [];
  if (field.kind === "object") return Object.fromEntries(field.fields.map((inner) => [inner.key, emptyValue(inner)]));
  return field.kind === "json" ? null : "";
}

/** What is wrong with a value, in words; empty when nothing is. */
export function problemOf(field: Field, value: Json): string {
  if (field.kind !== "number") return "";
  if (typeof value !== "number" || !Number.isFinite(value)) return "a number, please";
  if (field.integer && !Number.isInteger(value)) return "a whole number, please";
  if (field.min !== null && value < field.min) return `not below ${field.min}`;
  if (field.max !== null && value > field.max) return `not above ${field.max}`;
  return "";
}

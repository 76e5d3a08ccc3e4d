// native-look.js: puts our functions where the browser's were, looking the same (name, length, toString, enumerability).
// Libraries test for "[native code]" to tell a real API from a polyfill and then take another path, so the look matters.

const nativeLooks = hardWeakMap();

/** @template T @param {T} fn @param {string} name @param {number} [length] @returns {T} */
function lookNative(fn, name, length) {
  N.defineProperty(fn, "name", { value: name, configurable: true });
  if (length !== undefined) N.defineProperty(fn, "length", { value: length, configurable: true });
  nativeLooks.set(fn, name);
  return fn;
}

/** Replaces a method and keeps the attributes the original property had. @param {any} owner @param {string} name @param {any} fn */
function replaceMethod(owner, name, fn) {
  const d = owner && N.getDescriptor(owner, name);
  if (!d) return;
  const was = d.value;
  lookNative(fn, name, typeof was === "function" ? was.length : undefined);
  N.defineProperty(owner, name, { value: fn, writable: true, enumerable: d.enumerable, configurable: true });
}

/**
 * Replaces the getter and/or setter of an accessor property.
 * @param {any} owner @param {string} name @param {((this: any) => any) | null} get @param {((this: any, v: any) => void) | null} [set]
 */
function replaceAccessor(owner, name, get, set) {
  const d = owner && N.getDescriptor(owner, name);
  if (!d || !d.configurable) return;
  N.defineProperty(owner, name, {
    get: get ? lookNative(get, "get " + name, 0) : d.get,
    set: set ? lookNative(set, "set " + name, 1) : d.set,
    enumerable: d.enumerable,
    configurable: true,
  });
}

/**
 * Replaces a class of the window. The prototype stays the browser's, so that what it makes by itself is an instance all the same.
 * @param {string} name @param {any} Native @param {any} Virtual
 */
function replaceClass(name, Native, Virtual) {
  lookNative(Virtual, name, Native.length);
  N.defineProperty(Virtual, "prototype", { value: Native.prototype, writable: false });
  N.defineProperty(Native.prototype, "constructor", { value: Virtual, writable: true, enumerable: false, configurable: true });
  N.defineProperty(window, name, { value: Virtual, writable: true, enumerable: false, configurable: true });
}

replaceMethod(Function.prototype, "toString", function toString(/** @this {any} */) {
  // @ts-ignore
  const self = this;
  const name = typeof self === "function" ? nativeLooks.get(self) : undefined;
  return name === undefined ? N.fnToString(self) : "function " + name + "() { [native code] }";
});

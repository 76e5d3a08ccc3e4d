// A module that is imported late, by clock/dynamic-import.
export const born = performance.now();
export default (top) => `module at ${top}`;

// dialogs.js: alert, confirm, prompt and print must not stop a render. They answer as browser automation does.

/** @param {string} kind @param {any} text */
function saidInDialog(kind, text) {
  warnOnce("dialog", `${kind}(${text === undefined ? "" : N.JSON.stringify(N.String(text))}) was answered at once`);
}

replaceMethod(window, "alert", function alert(/** @type {any} */ text) {
  saidInDialog("alert", text);
});
replaceMethod(window, "confirm", function confirm(/** @type {any} */ text) {
  saidInDialog("confirm", text);
  return true;
});
replaceMethod(window, "prompt", function prompt(/** @type {any} */ text, /** @type {any} */ initial) {
  saidInDialog("prompt", text);
  return initial === undefined ? null : N.String(initial);
});
replaceMethod(window, "print", function print() {
  saidInDialog("print", undefined);
});

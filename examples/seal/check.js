// Says in plain words what an old browser lacks. Written in the oldest script there is, and before the program.
(function () {
  var missing = [];
  if (typeof WebAssembly !== "object") missing.push("WebAssembly");
  if (typeof DecompressionStream !== "function") missing.push("DecompressionStream");
  if (typeof Worker !== "function") missing.push("workers");
  if (typeof BigInt !== "function") missing.push("BigInt");
  if (typeof MessageChannel !== "function") missing.push("MessageChannel");
  if (!window.HTMLDialogElement) missing.push("dialogs");
  if (!window.Blob || !Blob.prototype.arrayBuffer) missing.push("Blob.arrayBuffer");
  if (missing.length) {
    var note = document.getElementById("too-old");
    note.hidden = false;
    note.textContent += missing.join(", ") + ".";
    note.removeAttribute("id");
  }
})();

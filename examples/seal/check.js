// Says in plain words what an old browser lacks. Written in the oldest script there is, and before the program.
(function () {
  var missing = [];
  // A function that returns a vector: the programs are built with SIMD, and don't compile without it.
  var simd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  if (typeof WebAssembly !== "object") missing.push("WebAssembly");
  else if (!WebAssembly.validate(new Uint8Array(simd))) missing.push("SIMD in WebAssembly");
  if (typeof Worker !== "function") missing.push("workers");
  if (typeof BigInt !== "function") missing.push("BigInt");
  if (typeof MessageChannel !== "function") missing.push("MessageChannel");
  if (!window.CSS || !CSS.supports("color", "light-dark(red, red)")) missing.push("light-dark() in style sheets");
  if (!window.HTMLDialogElement) missing.push("dialogs");
  if (!window.Blob || !Blob.prototype.arrayBuffer) missing.push("Blob.arrayBuffer");
  if (missing.length) {
    var note = document.getElementById("too-old");
    note.hidden = false;
    note.textContent += missing.join(", ") + ".";
    note.removeAttribute("id");
  }
})();

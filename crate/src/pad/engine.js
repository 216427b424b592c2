"use strict";
// The crate itself, compiled to WebAssembly by `cargo xtask page`. An instance holds one network.
async function unpack(base64) {
  const packed = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

class Engine {
  static async start(base64) {
    if (!base64) throw new Error("The compiled crate is missing in this page.");
    if (!globalThis.WebAssembly) throw new Error("This browser runs no WebAssembly.");
    const engine = new Engine();
    engine.calls = (await WebAssembly.instantiate(await unpack(base64))).instance.exports;
    return engine;
  }

  /// The numbers that a call answers; what it says of a mistake is thrown.
  call(name, ...given) {
    const n = this.calls[name](...given), { buffer } = this.calls.memory;
    if (n >= 0) return new Float64Array(buffer, this.calls.answer(), n).slice();
    throw new Error(new TextDecoder().decode(new Uint8Array(buffer, this.calls.sentence(), -n)));
  }

  bytes(values) {
    const place = this.calls.bytes(values.length);
    new Uint8Array(this.calls.memory.buffer, place, values.length).set(values);
  }

  numbers(values) {
    const place = this.calls.numbers(values.length);
    new Float64Array(this.calls.memory.buffer, place, values.length).set(values);
  }
}

// 28 × 28 numbers as an image: ink in white, or what is above 0 in red and what is below in blue.
function paint(canvas, numbers, signed, most = Math.max(1e-9, ...numbers.map(Math.abs))) {
  const image = new ImageData(28, 28);
  numbers.forEach((n, i) => {
    const ink = Math.min(1, Math.abs(n) / most), color = signed ? (n > 0 ? [213, 62, 20] : [20, 110, 213]) : [n, n, n];
    image.data.set([...color, signed ? 255 * ink : 255], 4 * i);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

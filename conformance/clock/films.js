// Moving images of eight pictures, 120 ms each, made without a tool: clock/moving-images shows them.
const COUNT = 8, SIDE = 16, MS = 120;

/** Picture n: a bar that walks over a coloured ground. */
function picture(n) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE }), pen = canvas.getContext("2d");
  pen.fillStyle = `hsl(${n * 45} 80% 50%)`;
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.fillStyle = "#fff";
  pen.fillRect(n * 2, 0, 2, SIDE);
  return canvas;
}

const bytesOf = async (canvas, type) => new Uint8Array(await (await fetch(canvas.toDataURL(type, 1))).arrayBuffer());
const little = (value, count) => Array.from({ length: count }, (_, i) => (value >>> (8 * i)) & 255);
const big = (value, count) => little(value, count).reverse();

/** GIF89a with two colours a picture. Codes of 3 bits, cleared so often that they never grow: no compression, no tables. */
function gif() {
  const out = [...new TextEncoder().encode("GIF89a"), ...little(SIDE, 2), ...little(SIDE, 2), 0, 0, 0, 33, 255, 11, ...new TextEncoder().encode("NETSCAPE2.0"), 3, 1, 0, 0, 0];
  for (let n = 0; n < COUNT; n += 1) {
    const pixels = picture(n).getContext("2d").getImageData(0, 0, SIDE, SIDE).data, bits = [];
    const put = (code) => { for (let i = 0; i < 3; i += 1) bits.push((code >> i) & 1); };
    for (let i = 0; i < SIDE * SIDE; i += 1) { if (i % 2 === 0) put(4); put(pixels[4 * i] === 255 && pixels[4 * i + 1] === 255 && pixels[4 * i + 2] === 255 ? 1 : 0); }
    put(5);
    const data = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) => bits.slice(8 * i, 8 * i + 8).reduce((sum, bit, k) => sum | (bit << k), 0));
    out.push(33, 249, 4, 4, ...little(MS / 10, 2), 0, 0, 44, 0, 0, 0, 0, ...little(SIDE, 2), ...little(SIDE, 2), 0x80, ...pixels.slice(4 * ((n * 2 + 4) % SIDE), 4 * ((n * 2 + 4) % SIDE) + 3), 255, 255, 255, 2);
    for (let i = 0; i < data.length; i += 255) out.push(Math.min(255, data.length - i), ...data.slice(i, i + 255));
    out.push(0);
  }
  return new Blob([new Uint8Array([...out, 59])], { type: "image/gif" });
}

function crc(bytes) {
  let c = ~0;
  for (const byte of bytes) { c ^= byte; for (let k = 0; k < 8; k += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; }
  return ~c >>> 0;
}

/** PNG chunks: [type, data]. */
function chunksOf(png) {
  const view = new DataView(png.buffer), found = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) found.push([String.fromCharCode(...png.slice(at + 4, at + 8)), [...png.slice(at + 8, at + 8 + view.getUint32(at))]]);
  return found;
}

async function apng() {
  const out = [137, 80, 78, 71, 13, 10, 26, 10];
  const put = (type, data) => { const body = [...new TextEncoder().encode(type), ...data]; out.push(...big(data.length, 4), ...body, ...big(crc(body), 4)); };
  let serial = 0;
  for (let n = 0; n < COUNT; n += 1) {
    const chunks = chunksOf(await bytesOf(picture(n), "image/png"));
    if (n === 0) { put("IHDR", chunks.find(([type]) => type === "IHDR")[1]); put("acTL", [...big(COUNT, 4), 0, 0, 0, 0]); }
    put("fcTL", [...big(serial++, 4), ...big(SIDE, 4), ...big(SIDE, 4), ...big(0, 8), ...big(MS, 2), ...big(1000, 2), 0, 0]);
    for (const [type, data] of chunks) if (type === "IDAT") put(n === 0 ? "IDAT" : "fdAT", n === 0 ? data : [...big(serial++, 4), ...data]);
  }
  put("IEND", []);
  return new Blob([new Uint8Array(out)], { type: "image/apng" });
}

async function webp() {
  const text = (words) => [...new TextEncoder().encode(words)], body = [...text("WEBP"), ...text("VP8X"), ...little(10, 4), 2, 0, 0, 0, ...little(SIDE - 1, 3), ...little(SIDE - 1, 3), ...text("ANIM"), ...little(6, 4), 0, 0, 0, 0, 0, 0];
  for (let n = 0; n < COUNT; n += 1) {
    const one = await bytesOf(picture(n), "image/webp");
    // Only the picture's own chunk, without what may stand before it.
    let at = 12;
    const view = new DataView(one.buffer), name = () => String.fromCharCode(...one.slice(at, at + 4));
    while (at < one.length && name() !== "VP8 " && name() !== "VP8L") at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1);
    const length = view.getUint32(at + 4, true), chunk = one.slice(at, at + 8 + length + (length & 1));
    body.push(...text("ANMF"), ...little(16 + chunk.length, 4), ...little(0, 6), ...little(SIDE - 1, 3), ...little(SIDE - 1, 3), ...little(MS, 3), 2, ...chunk);
  }
  return new Blob([new Uint8Array([...text("RIFF"), ...little(body.length, 4), ...body])], { type: "image/webp" });
}

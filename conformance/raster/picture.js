// A large picture with fine detail, the same every time, as a PNG that the page makes itself: lines, rings, letters.
function drawPicture(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height }), pen = canvas.getContext("2d");
  const ground = pen.createLinearGradient(0, 0, width, height);
  ground.addColorStop(0, "#0b2545");
  ground.addColorStop(.5, "#c1666b");
  ground.addColorStop(1, "#f9dc5c");
  pen.fillStyle = ground;
  pen.fillRect(0, 0, width, height);
  for (let i = 0; i < 300; i += 1) {
    pen.strokeStyle = `hsl(${i * 47} 60% 70%)`;
    pen.lineWidth = 1 + (i % 4);
    pen.beginPath();
    pen.arc((i * 7919) % width, (i * 6101) % height, 8 + (i % 60), 0, 7);
    pen.stroke();
  }
  pen.fillStyle = "#fff";
  for (let i = 0; i < 200; i += 1) { pen.font = `${10 + (i % 30)}px serif`; pen.fillText("detail", (i * 5003) % width, (i * 3571) % height); }
  return canvas;
}

/** The same as an image that can be shown at once. */
async function makePicture(width, height) {
  const image = new Image();
  const release = helios.hold("the picture is made");
  image.src = drawPicture(width, height).toDataURL();
  await image.decode();
  release();
  return image;
}

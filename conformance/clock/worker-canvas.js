// Draws the canvas of clock/worker-canvas from a worker.
onmessage = ({ data }) => {
  const pen = data.getContext("2d");
  const dots = Array.from({ length: 60 }, () => ({ x: Math.random() * 300, y: 0, v: Math.random() * 2 }));
  requestAnimationFrame(function frame() {
    pen.fillStyle = "#0004";
    pen.fillRect(0, 0, 300, 150);
    pen.fillStyle = "#8fd3a8";
    for (const dot of dots) { dot.v += .1; dot.y += dot.v; if (dot.y > 145) dot.v *= -.8; pen.fillRect(dot.x, dot.y, 4, 4); }
    requestAnimationFrame(frame);
  });
};

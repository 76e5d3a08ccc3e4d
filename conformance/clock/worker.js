// The worker of clock/workers: timers, animation frames, dates and random numbers, told to the page.
let beats = 0, frames = 0;
setInterval(() => postMessage({ beats: ++beats, at: performance.now(), date: Date.now() }), 40);
requestAnimationFrame(function frame(time) { frames += 1; postMessage({ frames, time, random: Math.random() }); requestAnimationFrame(frame); });
onmessage = async (event) => { await new Promise((resolve) => setTimeout(resolve, event.data)); postMessage({ echo: event.data, at: performance.now() }); };

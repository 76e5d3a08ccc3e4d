// Takes long enough for the browser to draw and for timers to come due.
for (let i = 0, sum = 0; i < 4e6; i++) sum += Math.sqrt(i);
say(`script ${document.currentScript.dataset.name}`);

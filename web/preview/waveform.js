// waveform.js: how loud a sound of the composition is along its length, for the timeline. Read here because only the
// composition's own origin may read its files.

const PEAK_RATE = 8000;

/** @param {string} url @param {number} count @returns {Promise<{ peaks: number[], seconds: number }>} */
async function readPeaks(url, count) {
  const answer = await N.apply(nativeFetch, window, [url, { cache: "force-cache" }]);
  if (!answer.ok) throw new N.Error(`${shortUrl(url)} could not be read (HTTP ${answer.status})`);
  // Of low rate: a shape is wanted, not a sound.
  const context = new NativeOffline(1, 1, PEAK_RATE);
  const sound = await N.audio.decode(context, await N.responseBuffer(answer));
  const samples = sound.getChannelData(0);
  const peaks = [];
  for (let i = 0; i < count; i++) {
    let peak = 0;
    const end = N.floor(((i + 1) * samples.length) / count);
    for (let k = N.floor((i * samples.length) / count); k < end; k++) {
      const loud = samples[k] < 0 ? -samples[k] : samples[k];
      if (loud > peak) peak = loud;
    }
    peaks[i] = N.Math.round(peak * 1000) / 1000;
  }
  return { peaks, seconds: sound.duration };
}

orders.peaks = ({ url, count }) => {
  if (typeof url !== "string" || !(count > 0 && count <= 10_000)) return;
  const failed = (/** @type {any} */ error) => tell("peaks", { url, peaks: [], seconds: 0, failed: spoken(error) });
  N.then(readPeaks(url, count), (/** @type {any} */ found) => tell("peaks", { url, ...found }), failed);
};

// sound.js: what the composition would be heard playing, on the speakers: near enough for a preview. The sound of a render is
// mixed to the sample elsewhere; Web Audio, fades and what only the page can read (blob:) are not heard here.

/** Seconds that a player may be off before it is put right, which is heard as a click. */
const TOLERANCE = 0.12;

export class Speakers {
  /** @type {Map<string, HTMLAudioElement>} */
  #players = new Map();
  volume = 1;

  /**
   * @param {any[]} stretches as `heardStretches` of web/runtime/sound.js gives them
   * @param {number} at milliseconds from the beginning of the composition @param {number} speed
   */
  follow(stretches, at, speed) {
    const heard = new Set();
    for (const stretch of stretches) {
      if (at < stretch.from || (stretch.to !== null && at >= stretch.to) || !/^https?:/.test(stretch.url)) continue;
      const key = `${stretch.element} ${stretch.url}`;
      heard.add(key);
      this.#play(key, stretch, at, speed);
    }
    for (const [key, player] of this.#players) if (!heard.has(key)) player.pause();
  }

  /** @param {string} key @param {any} stretch @param {number} at @param {number} speed */
  #play(key, stretch, at, speed) {
    let player = this.#players.get(key);
    if (!player) {
      player = new Audio(stretch.url);
      player.preload = "auto";
      this.#players.set(key, player);
    }
    let position = stretch.position + ((at - stretch.anchor) / 1000) * stretch.rate;
    if (stretch.loop) position %= stretch.loop;
    player.volume = Math.min(1, stretch.volume * this.volume);
    player.playbackRate = Math.min(16, Math.max(0.0625, stretch.rate * speed));
    player.preservesPitch = stretch.keepPitch;
    if (player.duration > 0 && position >= player.duration) return player.pause();
    if (Math.abs(player.currentTime - position) > TOLERANCE * Math.max(1, speed)) player.currentTime = position;
    // Refused until somebody has clicked somewhere; then it is heard from there on.
    if (player.paused) player.play().catch(() => undefined);
  }

  stop() {
    for (const player of this.#players.values()) player.pause();
  }
}

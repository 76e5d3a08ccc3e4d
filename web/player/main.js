// main.js: the one file. In a page it defines <helios-player>; in a composition that a player shows it is the driver.

import { becomeDriver, isComposition } from "./embed.js";
import { HeliosPlayer } from "./player.js";

if (isComposition()) becomeDriver();
else if (!customElements.get("helios-player")) customElements.define("helios-player", HeliosPlayer);

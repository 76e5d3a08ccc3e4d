// Types for `npm run check` only. The first two are put before the files by whoever serves them.
/** The origin whose page may give orders. */
declare const HELIOS_STUDIO: string;
/** Where frames of videos are asked for (HeliosConfig.films); null: the browser's own player has to do. */
declare const HELIOS_FILMS: string | null;
/** What the iframe's name says (config.js). */
declare const preview: { id: number; config?: HeliosConfig };
declare const PREVIEW_MARK: string;

// Types for `npm run check` only. `HELIOS_PREVIEW` is put before the files by whoever serves them.
declare const HELIOS_PREVIEW: {
  /** The origin whose page may give orders. */
  parent: string;
};
/** What the iframe's name says (config.js). */
declare const preview: { id: number; config?: HeliosConfig };
declare const PREVIEW_MARK: string;

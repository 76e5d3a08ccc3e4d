declare module "virtual:helios-preview" {
  /** The files of web/preview/order.txt. */
  export const PREVIEW_FILES: string;
}

// The two folders an engine works with.

export interface LibraryPaths {
  /** Folder of the library: database, thumbnails, models, encoders. */
  readonly libraryDir: string;
  /** Folder of what ships with the program: starter encoder, sample album. */
  readonly resourcesDir: string;
}

// The used part of @parcel/watcher.
declare module '@parcel/watcher' {
  interface Subscription {
    unsubscribe(): Promise<void>;
  }
  export interface WatchEvent {
    readonly type: 'create' | 'update' | 'delete';
    /** Absolute. */
    readonly path: string;
  }
  interface Watcher {
    subscribe(
      folder: string,
      onEvents: (error: Error | null, events: readonly WatchEvent[]) => void,
      options: { readonly ignore: readonly string[] },
    ): Promise<Subscription>;
  }
  const watcher: Watcher;
  export default watcher;
}

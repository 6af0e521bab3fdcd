// The part of @parcel/watcher that is used.
declare module '@parcel/watcher' {
  interface Subscription {
    unsubscribe(): Promise<void>;
  }
  interface Watcher {
    subscribe(
      folder: string,
      heard: (error: Error | null) => void,
      options: { readonly ignore: readonly string[] },
    ): Promise<Subscription>;
  }
  const watcher: Watcher;
  export default watcher;
}

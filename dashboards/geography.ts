/** What maps are drawn on: an outline as GeoJSON. */
export interface Outline {
  readonly type: 'FeatureCollection';
  readonly features: readonly {
    readonly type: 'Feature';
    readonly properties: { readonly name: string };
    readonly geometry: Shape;
  }[];
}

interface Shape {
  readonly type: string;
  readonly coordinates: readonly unknown[];
}

export interface Geography {
  /** Named by postal code, flat: x to the right, y up. */
  readonly states: Outline;
  /** Counties of the USA, in degrees. */
  readonly counties: Outline;
}

/** Something that only a comparison of whole trees can settle; completes "because …". */
export class WalkObjection extends Error {}

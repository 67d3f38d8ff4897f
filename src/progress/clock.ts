/** Milliseconds of a clock that only moves forward. */
export type Clock = () => number

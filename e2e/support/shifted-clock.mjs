// Loaded before a program: gives it the wall clock of a machine whose clock is wrong, by CLOCK_SHIFT_MS milliseconds. The
// timer that cannot be set (performance.now) goes on as it does on such a machine.
const shift = Number(process.env.CLOCK_SHIFT_MS);
const RightDate = Date;

globalThis.Date = class Date extends RightDate {
  constructor(...parts) {
    if (parts.length === 0) super(RightDate.now() + shift);
    else super(...parts);
  }

  static now() {
    return RightDate.now() + shift;
  }
};

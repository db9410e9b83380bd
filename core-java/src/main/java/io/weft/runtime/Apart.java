package io.weft.runtime;

/**
 * Room before the fields of a subclass that one thread writes all the time, so that nothing another
 * thread uses lies in the same cache line (two lines, as processors fetch them in pairs). A
 * collector may put any object next to any other; the subclass ends with as much room again.
 */
abstract class Apart {
  @SuppressWarnings("unused")
  long before0,
      before1,
      before2,
      before3,
      before4,
      before5,
      before6,
      before7,
      before8,
      before9,
      before10,
      before11,
      before12,
      before13,
      before14,
      before15;
}

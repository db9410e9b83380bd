package io.weft.gen;

import io.weft.term.Atom;

/**
 * Which children are started again when one of them has failed.
 *
 * <p>Siblings are stopped in reverse start order first, then the failed one and they are started in
 * start order. Temporary siblings that were stopped are not started again; siblings that had ended
 * or were terminated before are, as in OTP. For children that come and go there is {@link
 * DynamicSupervisor}.
 */
public enum Strategy {
  /** Only the one that failed. */
  ONE_FOR_ONE,
  /** All of them. */
  ONE_FOR_ALL,
  /** The one that failed and those started after it. */
  REST_FOR_ONE;

  Atom term() {
    return switch (this) {
      case ONE_FOR_ONE -> Atom.of("one_for_one");
      case ONE_FOR_ALL -> Atom.of("one_for_all");
      case REST_FOR_ONE -> Atom.of("rest_for_one");
    };
  }
}

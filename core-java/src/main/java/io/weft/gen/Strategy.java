package io.weft.gen;

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
  REST_FOR_ONE
}

package io.weft.node;

/** When an alias stops working. */
public enum AliasMode {
  /** Only by unalias. An alias of a monitor outlives the monitor. */
  EXPLICIT_UNALIAS,
  /** With the first message that comes through it, or by unalias. */
  REPLY,
  /** With its monitor: by demonitor, by the report, or by unalias. */
  DEMONITOR,
  /**
   * As {@link #DEMONITOR}, and also with the first message that comes through it, which ends the
   * monitor as well.
   */
  REPLY_DEMONITOR
}

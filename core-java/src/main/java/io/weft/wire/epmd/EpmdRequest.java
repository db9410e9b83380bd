package io.weft.wire.epmd;

/** What a client asks of EPMD. */
public sealed interface EpmdRequest {

  /**
   * ALIVE2_REQ: register this node for as long as the connection stays open. The answer is {@link
   * EpmdAnswer.Registered}.
   */
  record Register(NodeEntry node) implements EpmdRequest {}

  /**
   * PORT_PLEASE2_REQ: where does that node listen? The answer is {@link EpmdAnswer.Port}.
   *
   * @param name the part before the {@code @}
   */
  record Lookup(String name) implements EpmdRequest {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if no node can have it: see {@link NodeEntry#name}
     */
    public Lookup {
      NodeEntry.requireName(name);
    }
  }

  /** NAMES_REQ: which nodes are registered? The answer is {@link EpmdAnswer.Names}. */
  record Names() implements EpmdRequest {}
}

package io.weft.term;

import java.util.Objects;

/**
 * A process identifier. Equality covers all four parts: the same numbers of another incarnation of
 * the node are another process.
 *
 * @param node the name of the node
 * @param id unsigned 32 bits
 * @param serial unsigned 32 bits
 * @param creation the incarnation of the node, unsigned 32 bits
 */
public record Pid(Atom node, int id, int serial, int creation) implements Term {

  /** Checks that there is a node. */
  public Pid {
    Objects.requireNonNull(node, "node");
  }

  /** Spreads the ids of processes that were spawned together over all bits. */
  @Override
  public int hashCode() {
    int mixed = (id * 31 + serial) * 31 + creation;
    mixed *= 0x9E3779B9;
    return mixed ^ mixed >>> 15;
  }

  /** The pid as {@code pid(Node,Id,Serial,Creation)}. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}

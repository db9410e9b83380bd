package io.weft.term;

import java.util.Objects;

/**
 * A port identifier.
 *
 * @param node the name of the node
 * @param id unsigned 64 bits
 * @param creation the incarnation of the node, unsigned 32 bits
 */
public record Port(Atom node, long id, int creation) implements Term {

  /** Checks that there is a node. */
  public Port {
    Objects.requireNonNull(node, "node");
  }

  /** The port as {@code port(Node,Id,Creation)}. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}

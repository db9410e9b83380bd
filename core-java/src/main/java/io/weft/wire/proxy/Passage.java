package io.weft.wire.proxy;

import io.weft.term.Atom;
import io.weft.wire.WireException;
import io.weft.wire.proxy.ProxyFrame.Open;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node makes of a request for a tunnel: whether the way it has come is right, and how it
 * goes on.
 */
public final class Passage {

  private Passage() {}

  /**
   * Checks the way that a request has come.
   *
   * @param self this node
   * @param neighbour the node that the connection is with, which has proved its name
   * @param maxHops how many nodes may pass a tunnel on, as this node sees it
   * @return why the request is refused; null if the way is right
   * @throws WireException if the neighbour leaves itself out
   */
  public static @Nullable ProxyDown refusal(Open open, Atom self, Atom neighbour, int maxHops) {
    if (!open.path().getLast().equals(neighbour)) {
      throw new WireException(
          "%s asks for a tunnel in the name of %s"
              .formatted(neighbour.name(), open.path().getLast().name()));
    }
    if (open.path().contains(self)) {
      return new ProxyDown(
          ProxyDown.Kind.LOOP,
          self,
          "%s was passed before, by way of %s: the routes of these nodes lead in a circle"
              .formatted(self.name(), words(open.path())));
    }
    boolean isEnd = open.to().equals(self);
    if (open.path().size() - (isEnd ? 1 : 0) > maxHops || (open.hopsLeft() == 0 && !isEnd)) {
      return new ProxyDown(
          ProxyDown.Kind.TOO_LONG,
          self,
          "the way from %s to %s passes more nodes than it may (%s, and no end yet)"
              .formatted(open.from().name(), open.to().name(), words(open.path())));
    }
    return null;
  }

  /**
   * The request as it goes on.
   *
   * @param tunnel its number on the next connection
   * @param self this node, which passes it on
   * @param window of this node
   * @param route the nodes to pass after the next one
   */
  public static Open onward(Open open, int tunnel, Atom self, int window, List<Atom> route) {
    List<Atom> path = new ArrayList<>(open.path());
    path.add(self);
    return new Open(tunnel, open.hopsLeft() - 1, window, open.to(), path, route);
  }

  /** Nodes in the order of a way. */
  public static String words(List<Atom> path) {
    return String.join(", ", path.stream().map(Atom::name).toList());
  }
}

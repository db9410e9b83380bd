package io.weft.global;

import io.weft.node.Address;
import io.weft.node.CallResult;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The name servers of other nodes, as that of this node speaks with them. */
final class Servers {
  private final Self<GlobalMessage> self;

  Servers(Self<GlobalMessage> self) {
    this.self = self;
  }

  Atom here() {
    return self.node().name();
  }

  private Address<Term> of(Atom node) {
    return self.node().address(Words.SERVER.name(), node.name());
  }

  void cast(Atom node, Term message) {
    of(node).cast(message);
  }

  /** Sends a plain message, if the node is connected. */
  void tell(Atom node, Term message) {
    if (isConnected(node)) {
      of(node).tell(message);
    }
  }

  /** Whether a node that shares a cluster with this one is connected. */
  boolean isConnected(Atom node) {
    var peer = self.node().peer(node);
    return peer != null && !peer.hidden();
  }

  /**
   * Asks other nodes, and goes on when each has answered or is lost; those that are lost are left
   * out.
   */
  void callAll(Collection<Atom> nodes, Term request, Consumer<Map<Atom, Term>> then) {
    if (nodes.isEmpty()) {
      then.accept(Map.of());
      return;
    }
    var answers = new Answers(nodes.size(), then);
    nodes.forEach(
        node -> self.callTerm(of(node), request, null, result -> answers.add(node, result)));
  }

  private static final class Answers {
    private final Map<Atom, Term> answers = new HashMap<>();
    private final Consumer<Map<Atom, Term>> then;
    private int missing;

    Answers(int missing, Consumer<Map<Atom, Term>> then) {
      this.missing = missing;
      this.then = then;
    }

    void add(Atom node, CallResult<Term> result) {
      if (result instanceof CallResult.Ok<Term>(Term answer)) {
        answers.put(node, answer);
      }
      missing--;
      if (missing == 0) {
        then.accept(answers);
      }
    }
  }
}

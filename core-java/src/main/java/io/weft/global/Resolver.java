package io.weft.global;

import io.weft.node.AliasMode;
import io.weft.node.BlockingSelf;
import io.weft.node.FunctionCall;
import io.weft.node.Node;
import io.weft.node.RemoteSpawn;
import io.weft.node.SpawnException;
import io.weft.runtime.LogLimiter;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Runs the method of a clash: the well-known ones here, others on the node of the process that was
 * registered with it. Other nodes ask this one for its own by {@code global:resolve_it/4}.
 */
final class Resolver {
  private static final Atom NONE = Atom.of("none");
  private static final Atom RETURN = Atom.of("return");

  private final ClashMethods methods;
  private final LogLimiter log;

  Resolver(Node node, ClashMethods methods) {
    this.methods = methods;
    this.log = new LogLimiter(LoggerFactory.getLogger(Resolver.class), node.seams().clock());
    node.functions().provide("global", "resolve_it", 4, this::resolveIt);
  }

  /** {@code global:resolve_it(Method, Name, Pid1, Pid2)}. */
  private Term resolveIt(FunctionCall call) {
    Pid winner =
        resolveHere(
            call.node(),
            call.argument(0),
            call.argument(1),
            call.argument(2, Pid.class),
            call.argument(3, Pid.class));
    return winner == null ? NONE : winner;
  }

  /** Returns who keeps the name; null for neither. */
  @Nullable Pid resolve(BlockingSelf<Term> self, Registration mine, Pid his) {
    Atom home = mine.pid().node();
    log.info("global: the name {} is both {}'s and {}'s", mine.name(), his, mine.pid());
    return home.equals(self.node().name()) || methods.isWellKnown(mine.method())
        ? resolveHere(self.node(), mine.method(), mine.name(), his, mine.pid())
        : resolveThere(self, home, mine, his);
  }

  private @Nullable Pid resolveHere(Node node, Term function, Term name, Pid one, Pid other) {
    ClashMethod method = methods.find(function);
    if (method == null) {
      log.warn("global: nobody keeps the name {}: {} is not provided here", name, function);
      return null;
    }
    try {
      return method.decide(node, name, one, other);
    } catch (Exception | Error failure) {
      log.warn("global: nobody keeps the name {}: {} failed", name, function, failure);
      return null;
    }
  }

  /** As {@code rpc} does it: the value comes as the reason of the end of a process. */
  private @Nullable Pid resolveThere(
      BlockingSelf<Term> self, Atom home, Registration mine, Pid his) {
    Term mark = self.does(() -> self.self().alias(AliasMode.EXPLICIT_UNALIAS));
    var wish =
        RemoteSpawn.on(
                home.name(),
                "erpc",
                "execute_call",
                mark,
                Words.GLOBAL,
                Atom.of("resolve_it"),
                ListTerm.of(mine.method(), mine.name(), his, mine.pid()))
            .monitor();
    try {
      Term reason =
          self.select(on -> on.down(self.spawn(wish).request(), down -> down.reason().term()));
      if (reason instanceof Tuple answer && answer.arity() == 3 && answer.get(1).equals(RETURN)) {
        return answer.get(2) instanceof Pid winner ? winner : null;
      }
      log.warn("global: nobody keeps the name {}: {} says {}", mine.name(), home, reason);
    } catch (SpawnException failure) {
      log.warn("global: nobody keeps the name {}: {}", mine.name(), failure.getMessage());
    }
    return null;
  }
}

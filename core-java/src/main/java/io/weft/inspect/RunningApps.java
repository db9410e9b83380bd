package io.weft.inspect;

import io.weft.node.BlockingSelf;
import io.weft.node.CallException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the application controller of this node tells, if there is one. */
final class RunningApps {
  private static final String CONTROLLER = "application_controller";

  private RunningApps() {}

  /**
   * Asks the controller; a node that has started no application has none, and runs none.
   *
   * @throws CallException if it does not answer
   */
  static Term ask(BlockingSelf<Term> self, String question, Duration within) {
    if (self.node().whereis(Atom.of(CONTROLLER)) == null) {
      return ListTerm.NIL;
    }
    String here = self.node().name().name();
    return self.callTerm(self.node().address(CONTROLLER, here), Atom.of(question), within);
  }

  /** Returns {@code [{Master, Name, {Name, Description, Version}}]} of those with processes. */
  static Term onNode(BlockingSelf<Term> self) {
    Map<Term, Pid> masters = masters(self);
    List<Term> apps = new ArrayList<>();
    for (Term app : elements(asked(self, "which_applications"))) {
      Term name = app instanceof Tuple named ? named.get(0) : app;
      Pid master = masters.get(name);
      if (master != null) {
        apps.add(Tuple.of(master, name, app));
      }
    }
    return Terms.list(apps);
  }

  /** Returns the master of a running application; null if it does not run, or has no processes. */
  static @Nullable Pid master(BlockingSelf<Term> self, Term application) {
    return masters(self).get(application);
  }

  private static Map<Term, Pid> masters(BlockingSelf<Term> self) {
    Map<Term, Pid> masters = new HashMap<>();
    for (Term part : elements(asked(self, "info"))) {
      if (part instanceof Tuple pair && pair.isTagged(Atom.of("running"), 2)) {
        for (Term app : elements(pair.get(1))) {
          if (app instanceof Tuple named && named.arity() == 2 && named.get(1) instanceof Pid pid) {
            masters.put(named.get(0), pid);
          }
        }
      }
    }
    return masters;
  }

  private static Term asked(BlockingSelf<Term> self, String question) {
    try {
      return ask(self, question, Duration.ofSeconds(5));
    } catch (CallException _) { // it ends just now
      return ListTerm.NIL;
    }
  }

  private static List<Term> elements(Term list) {
    return list instanceof ListTerm elements ? elements.elements() : List.of();
  }
}

package io.weft.node;

import io.weft.term.Term;
import io.weft.term.Tuple;

/** One thing that {@code sys} makes of the events of a process. In its turns only. */
interface DebugOption {
  /** Returns what it is known by among the options of a process. */
  Object key();

  /** Takes an event; false if it wants no more. */
  boolean event(SystemEvent event, Process<?> process) throws Exception;

  /** Returns how {@code sys:get_status} shows it. */
  Term term(Process<?> process);

  /** It is taken out. */
  default void removed() {}

  /**
   * A function that another node installed. As in OTP on a node that has not its module, it is
   * there until it would be called first.
   */
  record Foreign(Term key, Term term) implements DebugOption {
    @Override
    public boolean event(SystemEvent event, Process<?> process) {
      process.warn("removes {}: a function of another node cannot run here", key.abbreviate(200));
      return false;
    }

    @Override
    public Term term(Process<?> process) {
      return term;
    }
  }

  /** A function of this node. */
  final class Installed<S> implements DebugOption {
    private final String id;
    private final DebugFunction<S> function;
    private S state;

    Installed(String id, S initial, DebugFunction<S> function) {
      this.id = id;
      this.function = function;
      this.state = initial;
    }

    static Object keyOf(String id) {
      return GenProtocol.moduleOf(id);
    }

    @Override
    public Object key() {
      return keyOf(id);
    }

    @Override
    public boolean event(SystemEvent event, Process<?> process) throws Exception {
      S next = function.event(state, event, process.pid());
      if (next == null) {
        return false;
      }
      state = next;
      return true;
    }

    @Override
    public Term term(Process<?> process) {
      Term name = GenProtocol.moduleOf(function.getClass().getName());
      return Tuple.of(GenProtocol.moduleOf(id), Tuple.of(name, ShownTerms.of(state)));
    }
  }
}

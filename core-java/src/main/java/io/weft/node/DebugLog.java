package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayDeque;
import java.util.List;

/** Keeps the last events of a process. */
final class DebugLog implements DebugOption {
  /** How many events OTP keeps unless told otherwise. */
  static final int DEFAULT_SIZE = 10;

  static final int MAX_SIZE = 100_000;

  private final int size;
  private final ArrayDeque<SystemEvent> events = new ArrayDeque<>();

  DebugLog(int size) {
    this.size = Math.clamp(size, 1, MAX_SIZE);
  }

  @Override
  public Object key() {
    return DebugLog.class;
  }

  @Override
  public boolean event(SystemEvent event, Process<?> process) {
    add(event);
    return true;
  }

  /** Begins with what another log has kept. */
  DebugLog with(List<SystemEvent> before) {
    before.forEach(this::add);
    return this;
  }

  private void add(SystemEvent event) {
    if (events.size() == size) {
      events.remove();
    }
    events.add(event);
  }

  /** Returns the events, the oldest first. */
  List<SystemEvent> events() {
    return List.copyOf(events);
  }

  @Override
  public Term term(Process<?> process) {
    return Tuple.of(Atom.of("log"), terms(process));
  }

  ListTerm terms(Process<?> process) {
    return new ListTerm(
        events.stream().map(event -> SystemTerms.of(event, process.codec())).toList());
  }
}

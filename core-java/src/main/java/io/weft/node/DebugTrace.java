package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes each event to the log of traces. Nobody traces without wanting every line. */
enum DebugTrace implements DebugOption {
  INSTANCE;

  private static final Logger log = LoggerFactory.getLogger("io.weft.sys.trace");
  private static final int MAX_CHARS = 1_000;

  static void print(SystemEvent event, Process<?> process) {
    log.info("{} {}", process, new Brief(event, MAX_CHARS));
  }

  @Override
  public Object key() {
    return DebugTrace.class;
  }

  @Override
  public boolean event(SystemEvent event, Process<?> process) {
    print(event, process);
    return true;
  }

  @Override
  public Term term(Process<?> process) {
    return Tuple.of(Atom.of("trace"), Atom.TRUE);
  }
}

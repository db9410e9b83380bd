package io.weft.node;

import io.weft.runtime.Clock;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Instant;

/** Counts the events of a process. */
final class DebugStatistics implements DebugOption {
  private final Clock clock;
  private final Instant startTime;
  private long events;
  private long messagesIn;
  private long messagesOut;

  DebugStatistics(Clock clock) {
    this.clock = clock;
    this.startTime = clock.now();
  }

  @Override
  public Object key() {
    return DebugStatistics.class;
  }

  @Override
  public boolean event(SystemEvent event, Process<?> process) {
    events++;
    switch (event) {
      case SystemEvent.In _ -> messagesIn++;
      case SystemEvent.Out _ -> messagesOut++;
      case SystemEvent.Handled _ -> {}
      case SystemEvent.Own own -> {
        switch (own.kind()) {
          case IN -> messagesIn++;
          case OUT -> messagesOut++;
          case OTHER -> {}
        }
      }
    }
    return true;
  }

  SystemStatistics now() {
    return new SystemStatistics(startTime, clock.now(), events, messagesIn, messagesOut);
  }

  /** Returns what {@code sys:statistics(Process, get)} does. */
  static Term term(SystemStatistics statistics) {
    return Terms.list(
        Tuple.of(Atom.of("start_time"), SystemTerms.of(statistics.startTime())),
        Tuple.of(Atom.of("current_time"), SystemTerms.of(statistics.currentTime())),
        Tuple.of(Atom.of("reductions"), new IntTerm(statistics.reductions())),
        Tuple.of(Atom.of("messages_in"), new IntTerm(statistics.messagesIn())),
        Tuple.of(Atom.of("messages_out"), new IntTerm(statistics.messagesOut())));
  }

  @Override
  public Term term(Process<?> process) {
    Term counts =
        Tuple.of(
            SystemTerms.of(startTime),
            Tuple.of(Atom.of("reductions"), new IntTerm(events)),
            new IntTerm(messagesIn),
            new IntTerm(messagesOut));
    return Tuple.of(Atom.of("statistics"), counts);
  }
}

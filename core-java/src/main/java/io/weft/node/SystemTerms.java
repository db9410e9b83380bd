package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** How events and times that {@code sys} shows look to other nodes: see {@link ShownTerms}. */
final class SystemTerms {
  static final Atom LOCAL = Atom.of("local");

  private SystemTerms() {}

  /** Returns {@code {{Year, Month, Day}, {Hour, Minute, Second}}}, local time. */
  static Term of(Instant instant) {
    ZonedDateTime time = instant.atZone(ZoneId.systemDefault());
    return Tuple.of(
        tuple(time.getYear(), time.getMonthValue(), time.getDayOfMonth()),
        tuple(time.getHour(), time.getMinute(), time.getSecond()));
  }

  private static Term tuple(int first, int second, int third) {
    return Tuple.of(new IntTerm(first), new IntTerm(second), new IntTerm(third));
  }

  /** Returns an event as a gen_server's. */
  static <M> Term of(SystemEvent event, TermCodec<M> codec) {
    return switch (event) {
      case SystemEvent.In(Object message, Pid caller) -> in(message, caller, codec);
      case SystemEvent.Out(Object reply, Pid to, Term tag, Object state) ->
          Tuple.of(Atom.of("out"), ShownTerms.of(reply), Tuple.of(to, tag), ShownTerms.of(state));
      case SystemEvent.Own own -> own.term();
      case SystemEvent.Handled(Object state) -> Tuple.of(Atom.of("noreply"), ShownTerms.of(state));
    };
  }

  private static <M> Term in(Object message, @Nullable Pid caller, TermCodec<M> codec) {
    Term content = content(message, codec);
    Term whole = caller == null ? content : GenProtocol.call(Tuple.of(caller, LOCAL), content);
    return Tuple.of(Atom.of("in"), whole);
  }

  private static <M> Term content(Object message, TermCodec<M> codec) {
    if (message instanceof Term term) {
      return term;
    }
    if (message instanceof Info info) {
      return info.toTerm();
    }
    try {
      return codec.encode(Contents.own(message));
    } catch (TermMappingException | ClassCastException local) {
      return ShownTerms.of(message);
    }
  }
}

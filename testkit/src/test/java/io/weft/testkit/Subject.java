package io.weft.testkit;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process of a random program: does what it is told, and notes what it gets. */
final class Subject implements Behavior<Term> {
  final int number;
  final List<Term> messages = new ArrayList<>();
  final List<Info> reports = new ArrayList<>();
  @Nullable Self<Term> self;
  @Nullable Pid pid;
  @Nullable ExitReason end;

  Subject(int number) {
    this.number = number;
  }

  Blueprint<Term> blueprint() {
    return Blueprint.<Term>of("p" + number, () -> this).codec(io.weft.node.TermCodec.identity());
  }

  @Override
  public void start(Self<Term> self) {
    this.self = self;
    this.pid = self.pid();
  }

  @Override
  public void message(Self<Term> self, Term message) {
    messages.add(message);
  }

  @Override
  public void info(Self<Term> self, Info info) {
    if (info instanceof Info.Exit exit && exit.from().id() == 0) {
      self.stop(exit.reason()); // the node closes
    } else {
      reports.add(info);
    }
  }

  @Override
  public void ended(Self<Term> self, ExitReason reason) {
    end = reason;
  }

  boolean isAlive() {
    return end == null;
  }

  Pid pid() {
    return java.util.Objects.requireNonNull(pid);
  }

  /** Does something in a turn of its own; nothing if it has ended by then. */
  void later(Consumer<Self<Term>> action) {
    Self<Term> mine = java.util.Objects.requireNonNull(self);
    mine.post(() -> action.accept(mine));
  }

  void send(Node from, Subject to, int sequence) {
    later(mine -> from.address(to.pid()).tell(Tuple.of(mine.pid(), new IntTerm(sequence))));
  }

  List<Reference> downs() {
    return reports.stream()
        .filter(Info.Down.class::isInstance)
        .map(report -> ((Info.Down) report).monitor())
        .toList();
  }

  Address<Term> address() {
    return java.util.Objects.requireNonNull(self).address();
  }

  @Override
  public String toString() {
    return "p" + number;
  }
}

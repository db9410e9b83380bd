package io.weft.wire.control;

import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.testing.TermGenerator;
import java.util.Random;

/** Random signals of every kind, the same ones for the same seed. */
public final class ControlGenerator {

  private static final Atom[] NAMES = {Atom.of("a"), Atom.of("server"), Atom.of("日本")};

  private final Random random;
  private final TermGenerator terms;

  /** A generator for that seed. */
  public ControlGenerator(long seed) {
    random = new Random(seed);
    terms = TermGenerator.seeded(seed);
  }

  /** The next signal, with a payload of any kind. */
  public Control next() {
    return next(terms.next());
  }

  /** The next signal; its payload, if it is of a kind that has one, is the given one. */
  public Control next(Term payload) {
    return random.nextInt(8) == 0
        ? new Control.Traced(traceable(payload), terms.next())
        : random.nextBoolean() ? traceable(payload) : plain(payload);
  }

  private Control.Traceable traceable(Term payload) {
    return switch (random.nextInt(7)) {
      case 0 -> new Control.Send(pid(), pid(), payload);
      case 1 -> new Control.RegSend(pid(), name(), payload);
      case 2 -> new Control.AliasSend(pid(), reference(), payload);
      case 3 -> new Control.Exit(pid(), pid(), payload);
      case 4 -> new Control.Exit2(pid(), pid(), payload);
      case 5 -> {
        ListTerm options = Terms.list(terms.next());
        yield new Control.SpawnRequest(
            reference(), pid(), pid(), name(), name(), random.nextInt(9), options, payload);
      }
      default -> new Control.SpawnReply(reference(), pid(), random.nextInt(4), pidOrName());
    };
  }

  private Control plain(Term payload) {
    return switch (random.nextInt(8)) {
      case 0 -> new Control.Link(pid(), pid());
      case 1 -> new Control.Unlink(random.nextLong(), pid(), pid());
      case 2 -> new Control.UnlinkAck(random.nextLong() | 1, pid(), pid());
      case 3 -> new Control.Monitor(pid(), pidOrName(), reference());
      case 4 -> new Control.Demonitor(pid(), pidOrName(), reference());
      case 5 -> new Control.MonitorExit(pidOrName(), pid(), reference(), payload);
      case 6 -> new Control.GroupLeader(pid(), pid());
      default -> new Control.NodeLink();
    };
  }

  private Term pidOrName() {
    return random.nextBoolean() ? pid() : name();
  }

  private Atom name() {
    return NAMES[random.nextInt(NAMES.length)];
  }

  private Pid pid() {
    return new Pid(Atom.of("node@host"), random.nextInt(5), 0, 1);
  }

  private Reference reference() {
    return Reference.of(Atom.of("node@host"), 1, random.nextInt(), random.nextInt(), 0);
  }
}

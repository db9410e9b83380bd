package io.weft.gen;

import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.StartException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;

/** Why an application does not start or stop, in OTP's words; its module is its name. */
final class ApplicationErrors {
  private ApplicationErrors() {}

  static ExitReason about(String what, String application) {
    return ExitReason.of(Tuple.of(Atom.of(what), Atom.of(application)));
  }

  static ExitReason unknown(String application) {
    return ExitReason.of(
        Tuple.of(
            Terms.charlist("no such file or directory"), Terms.charlist(application + ".app")));
  }

  /** Returns {@code {Name, Reason}}: which of several applications failed. */
  static ExitReason of(String application, ExitReason reason) {
    return ExitReason.of(Tuple.of(Atom.of(application), reason.term()));
  }

  /** Returns how OTP says that the start callback returned an error. */
  static ExitReason startFailed(String application, StartType type, Term reason) {
    return ExitReason.of(Tuple.of(reason, start(application, type)));
  }

  static ExitReason startFailed(String application, StartType type, Exception failure) {
    return failed("bad_return", start(application, type), failure);
  }

  static ExitReason startReturned(String application, StartType type, Term value) {
    return ExitReason.of(
        Tuple.of(Atom.of("bad_return"), Tuple.of(start(application, type), value)));
  }

  static ExitReason phaseFailed(
      String application, String phase, StartType type, Exception failure) {
    return failed("bad_return_value", startPhase(application, phase, type), failure);
  }

  private static ExitReason failed(String tag, Term callback, Exception failure) {
    return switch (failure) {
      case StartException refused -> ExitReason.of(Tuple.of(refused.reason().term(), callback));
      case ExitException exit -> exited(tag, callback, exit.reason());
      default -> exited(tag, callback, ExitReason.crash(failure));
    };
  }

  private static ExitReason exited(String tag, Term callback, ExitReason reason) {
    return ExitReason.of(
        Tuple.of(Atom.of(tag), Tuple.of(callback, Tuple.of(Atom.of("EXIT"), reason.term()))));
  }

  private static Term start(String application, StartType type) {
    return Tuple.of(Atom.of(application), Atom.of("start"), ListTerm.of(type.term(), ListTerm.NIL));
  }

  private static Term startPhase(String application, String phase, StartType type) {
    return Tuple.of(
        Atom.of(application),
        Atom.of("start_phase"),
        ListTerm.of(Atom.of(phase), type.term(), ListTerm.NIL));
  }
}

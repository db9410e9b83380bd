package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java failure in OTP's shape of an error: {@code {Reason, [{Module, Function, Arity, [{file, F},
 * {line, L}]}]}}.
 *
 * <p>Reason is {@code {'java.lang.IllegalStateException', <<"message">>}}, or {@code system_limit}
 * where a limit was reached. The JVM does not keep arities in a stack trace, so 0 stands for each.
 */
final class CrashTerm {
  /** Deeper frames help nobody and would make every exit signal large. */
  private static final int MAX_FRAMES = 20;

  private static final int MAX_MESSAGE_CHARS = 2_000;

  private CrashTerm() {}

  static Term of(Throwable failure) {
    ListTerm stack = failure instanceof ErrorException error ? error.stack() : stackOf(failure);
    return Tuple.of(reasonOf(failure), stack);
  }

  /** Returns where a failure was thrown. */
  static ListTerm stackOf(Throwable failure) {
    List<Term> frames = new ArrayList<>();
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frames.size() == MAX_FRAMES) {
        break;
      }
      frames.add(frameOf(frame));
    }
    return new ListTerm(frames);
  }

  /** Returns what failed, without the stack. */
  static Term reasonOf(Throwable failure) {
    if (failure instanceof ErrorException error) {
      return error.reason();
    }
    if (failure instanceof ThrowException thrown) {
      return Tuple.of(Atom.of("nocatch"), thrown.value());
    }
    if (failure instanceof SystemLimitException) {
      return ExitReason.SYSTEM_LIMIT.term();
    }
    String message = String.valueOf(failure.getMessage());
    return Tuple.of(
        atomOf(failure.getClass().getName()), Terms.binary(cut(message, MAX_MESSAGE_CHARS)));
  }

  private static Term frameOf(StackTraceElement frame) {
    List<Term> place = new ArrayList<>();
    if (frame.getFileName() != null) {
      place.add(Tuple.of(Atom.of("file"), Terms.charlist(frame.getFileName())));
    }
    if (frame.getLineNumber() > 0) {
      place.add(Tuple.of(Atom.of("line"), new IntTerm(frame.getLineNumber())));
    }
    return Tuple.of(
        atomOf(frame.getClassName()),
        atomOf(frame.getMethodName()),
        new IntTerm(0),
        new ListTerm(place));
  }

  private static Atom atomOf(String text) {
    return Atom.of(cut(text, Atom.MAX_CODE_POINTS));
  }

  private static String cut(String text, int limit) {
    return text.codePointCount(0, text.length()) <= limit
        ? text
        : text.substring(0, text.offsetByCodePoints(0, limit));
  }
}

package io.weft.kernel;

import io.weft.node.Self;
import io.weft.node.TermText;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The I/O protocol as a node answers it that has output and no input: what is printed goes out,
 * whoever reads is told {@code eof}, and nobody waits.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/io_protocol.html">OTP, the Erlang I/O
 *     protocol</a>
 */
public final class IoRequests {
  private static final Atom IO_REQUEST = Atom.of("io_request");
  private static final Atom IO_REPLY = Atom.of("io_reply");
  private static final Atom PUT_CHARS = Atom.of("put_chars");
  private static final Atom UNICODE = Atom.of("unicode");
  private static final Atom LATIN1 = Atom.of("latin1");
  private static final Atom IO_LIB = Atom.of("io_lib");
  private static final Atom FORMAT = Atom.of("format");
  private static final Atom EOF = Atom.of("eof");
  private static final Atom ENOTSUP = Atom.of("enotsup");
  private static final Set<String> OPTIONS = Set.of("binary", "encoding");

  private final Atom node;
  private final Consumer<String> output;

  private IoRequests(Atom node, Consumer<String> output) {
    this.node = node;
    this.output = output;
  }

  /** Tells whether a message is {@code {io_request, From, ReplyAs, Request}}. */
  public static boolean isRequest(Term message) {
    return message instanceof Tuple tuple && tuple.isTagged(IO_REQUEST, 4);
  }

  /** Does what a message asks for and replies; false if it is no request. */
  public static boolean answer(Self<?> self, Term message, Consumer<String> output) {
    if (!isRequest(message)) {
      return false;
    }
    Tuple request = (Tuple) message;
    Term result = new IoRequests(self.node().name(), output).result(request.get(3));
    Term reply = Tuple.of(IO_REPLY, request.get(2), result);
    switch (request.get(1)) {
      case Pid from -> self.node().address(from).tell(reply);
      case Reference alias -> self.node().address(alias).tell(reply);
      default -> {}
    }
    return true;
  }

  private Term result(Term request) {
    if (request instanceof Atom(String name)) {
      return name.equals("getopts") ? options() : unknown(request);
    }
    if (!(request instanceof Tuple tuple)
        || tuple.arity() == 0
        || !(tuple.get(0) instanceof Atom(String name))) {
      return unknown(request);
    }
    return switch (name + "/" + tuple.arity()) {
      case "put_chars/2" -> put(LATIN1, tuple.get(1), request);
      case "put_chars/3" -> put(tuple.get(1), tuple.get(2), request);
      case "put_chars/4" -> putApplied(tuple.get(1), tuple.get(2), tuple.get(3));
      case "put_chars/5" ->
          isEncoding(tuple.get(1))
              ? putApplied(tuple.get(2), tuple.get(3), tuple.get(4))
              : unknown(request);
      case "get_line/2", "get_line/3", "get_chars/3", "get_chars/4", "get_until/5", "get_until/6" ->
          EOF;
      case "get_geometry/2" -> error(ENOTSUP);
      case "setopts/2" -> setOptions(tuple.get(1));
      case "requests/2" -> all(tuple.get(1), request);
      default -> unknown(request);
    };
  }

  private static Term error(Term reason) {
    return Tuple.of(Atom.ERROR, reason);
  }

  private static Term unknown(Term request) {
    return error(Tuple.of(Atom.of("request"), request));
  }

  private static boolean isEncoding(Term encoding) {
    return encoding.equals(UNICODE) || encoding.equals(LATIN1);
  }

  private Term put(Term encoding, Term characters, Term request) {
    if (!isEncoding(encoding)) {
      return unknown(request);
    }
    String text =
        encoding.equals(LATIN1) ? TermText.latin1(characters) : TermText.chardata(characters);
    if (text == null) {
      return error(PUT_CHARS);
    }
    output.accept(text);
    return Atom.OK;
  }

  /** Only {@code io_lib:format} is known; it is what all of OTP's module {@code io} asks for. */
  private Term putApplied(Term module, Term function, Term arguments) {
    if (!module.equals(IO_LIB)
        || !(arguments instanceof ListTerm list)
        || list.size() != 2
        || !function.equals(FORMAT) && !function.equals(Atom.of("fwrite"))) {
      return error(PUT_CHARS);
    }
    String text;
    try {
      text = IoFormat.format(list.get(0), list.get(1), node);
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      return error(PUT_CHARS);
    }
    output.accept(text);
    return Atom.OK;
  }

  private Term all(Term requests, Term request) {
    if (!(requests instanceof ListTerm list)) {
      return unknown(request);
    }
    Term last = Atom.OK;
    for (Term each : list.elements()) {
      last = result(each);
      if (last instanceof Tuple tuple && tuple.isTagged(Atom.ERROR, 2)) {
        break;
      }
    }
    return last;
  }

  private static Term options() {
    return Terms.list(
        Tuple.of(Atom.of("binary"), Atom.FALSE), Tuple.of(Atom.of("encoding"), UNICODE));
  }

  /** What is printed is text, whatever was chosen. */
  private static Term setOptions(Term options) {
    if (!(options instanceof ListTerm list)) {
      return error(ENOTSUP);
    }
    for (Term option : list.elements()) {
      boolean known =
          option.equals(Atom.of("binary"))
              || option.equals(Atom.of("list"))
              || option instanceof Tuple pair
                  && pair.arity() == 2
                  && pair.get(0) instanceof Atom(String name)
                  && OPTIONS.contains(name);
      if (!known) {
        return error(ENOTSUP);
      }
    }
    return Atom.OK;
  }
}

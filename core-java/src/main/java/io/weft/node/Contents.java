package io.weft.node;

import io.weft.term.Term;
import org.jspecify.annotations.Nullable;

/**
 * What the content of a message is to its process: an object of the protocol, or a term that the
 * generic protocol and the codec make something of. Handled by a behaviour in a turn, or received
 * by a straight-line body.
 */
final class Contents {
  private Contents() {}

  /**
   * The one place where an object becomes a message of the protocol. Only an {@code Address<M>}
   * lets an object in, so it is an M unless an address was made for another protocol; the behaviour
   * then fails on it as on any wrong message.
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <M> M own(Object message) {
    return (M) message;
  }

  // --- handled -----------------------------------------------------------------------------------

  /** A term is handled as what the generic protocol makes of it. */
  static <M> void handleTerm(Process<M> process, Term term) throws Exception {
    handleTerm(process, term, From.NO_DEADLINE);
  }

  /** As {@link #handleTerm}; who calls gives up at {@code deadline}. */
  static <M> void handleTerm(Process<M> process, Term term, long deadline) throws Exception {
    switch (GenProtocol.meaningOf(term)) {
      case GenProtocol.Meaning.Call call ->
          handleCall(process, foreign(process, call, deadline), call.request(), true);
      case GenProtocol.Meaning.System system -> new SystemMessages<>(process).handle(system);
      case GenProtocol.Meaning.Message message -> handleMessage(process, message.content());
    }
  }

  static <M> void handleCall(Process<M> process, From caller, Object request, boolean asTerm)
      throws Exception {
    From from = process.noting(caller);
    if (!asTerm) {
      process.behavior().call(process, own(request), from);
      return;
    }
    Term term = (Term) request;
    TermCodec<M> codec = process.codec();
    M decoded;
    try {
      decoded = codec.decode(term, process.node());
    } catch (TermMappingException unknown) {
      String why = misfit(process, unknown);
      process.warn("refused the call {}: {}", term, why);
      from.refuse(why);
      return;
    }
    process.decoded(decoded);
    process
        .behavior()
        .call(process, decoded, from.encoding(reply -> codec.encodeReply(decoded, reply)));
  }

  private static <M> void handleMessage(Process<M> process, Term term) throws Exception {
    M decoded;
    try {
      decoded = process.codec().decode(term, process.node());
    } catch (TermMappingException unknown) {
      process.behavior().info(process, new Info.Unknown(term, misfit(process, unknown)));
      return;
    }
    process.decoded(decoded);
    process.behavior().message(process, decoded);
  }

  // --- observed ----------------------------------------------------------------------------------

  /** Tells an observer of a message by what it means. */
  @SuppressWarnings("ReferenceEquality") // a cast has it inside
  static Observer.@Nullable Handling seenBy(
      Observer observer, Process<?> process, Message message, @Nullable Object context) {
    Object content = message.content();
    if (message instanceof Message.Report || message instanceof Message.ReportAs) {
      return observer.received(process, Observer.Kind.REPORT, content, context);
    }
    if (message instanceof LocalCall<?>) {
      return observer.received(process, Observer.Kind.CALL, content, context);
    }
    if (!(content instanceof Term term)) {
      return observer.received(process, Observer.Kind.MESSAGE, content, context);
    }
    return switch (GenProtocol.meaningOf(term)) {
      case GenProtocol.Meaning.Call call ->
          observer.received(process, Observer.Kind.CALL, call.request(), context);
      case GenProtocol.Meaning.System _ -> null;
      case GenProtocol.Meaning.Message(Term inner) ->
          observer.received(
              process, inner == term ? Observer.Kind.MESSAGE : Observer.Kind.CAST, inner, context);
    };
  }

  // --- received ----------------------------------------------------------------------------------

  /** Returns a message in the form a straight-line body receives it. */
  static <M> Received<M> received(Process<M> process, Message message) {
    return switch (message) {
      case Message.Plain plain -> new Received.Message<>(own(plain.content()));
      case Message.ReportAs report -> new Received.Message<>(own(report.payload));
      case Message.ViaAlias via when !(via.payload instanceof Term) ->
          new Received.Message<>(own(via.payload));
      case Message.Report report -> new Received.Report<>(report.info);
      case LocalCall<?> call -> receivedCall(process, call, call.request, call.asTerm);
      default -> receivedTerm(process, (Term) message.content(), message.deadline());
    };
  }

  private static <M> Received<M> receivedTerm(Process<M> process, Term term, long deadline) {
    return switch (GenProtocol.meaningOf(term)) {
      case GenProtocol.Meaning.Call call ->
          receivedCall(process, foreign(process, call, deadline), call.request(), true);
      case GenProtocol.Meaning.System _ -> unknown(term, "a system message");
      case GenProtocol.Meaning.Message(Term content) -> {
        try {
          yield new Received.Message<>(process.codec().decode(content, process.node()));
        } catch (TermMappingException unmapped) {
          yield unknown(term, misfit(process, unmapped));
        }
      }
    };
  }

  private static <M> Received<M> receivedCall(
      Process<M> process, From from, Object request, boolean asTerm) {
    if (!asTerm) {
      return new Received.Call<>(own(request), from);
    }
    TermCodec<M> codec = process.codec();
    try {
      M decoded = codec.decode((Term) request, process.node());
      return new Received.Call<>(
          decoded, from.encoding(reply -> codec.encodeReply(decoded, reply)));
    } catch (TermMappingException unmapped) {
      String why = misfit(process, unmapped);
      from.refuse(why);
      return unknown((Term) request, why);
    }
  }

  private static <M> Received<M> unknown(Term term, String why) {
    return new Received.Report<>(new Info.Unknown(term, why));
  }

  private static From foreign(Process<?> process, GenProtocol.Meaning.Call call, long deadline) {
    return From.foreign(process.node(), process.pid(), call.client(), call.tag(), deadline);
  }

  /** A term that its codec makes nothing of is counted, and told with the reason why. */
  private static String misfit(Process<?> process, TermMappingException unmapped) {
    process.node().termRefused();
    return String.valueOf(unmapped.getMessage());
  }
}

package io.weft.wire.handshake;

import io.weft.term.Atom;
import io.weft.wire.handshake.Handshake.Acceptor;
import io.weft.wire.handshake.Handshake.Initiator;
import io.weft.wire.testing.FlagsText;
import io.weft.wire.testing.HexText;
import io.weft.wire.testing.Transcript;
import io.weft.wire.testing.Transcript.Command;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Handshakes step by step. {@code initiator} and {@code acceptor} start one side; {@code receive},
 * {@code decide}, {@code take-over} and {@code closed} act on the side that was started last;
 * {@code converse} lets one side talk to the other.
 */
class HandshakeTranscriptTest {

  private @Nullable Handshake current;

  @TestFactory
  Stream<DynamicTest> transcripts() {
    return Transcript.tests("handshake", () -> new HandshakeTranscriptTest()::interpret);
  }

  private List<String> interpret(Command command) {
    return switch (command.name()) {
      case "digest" -> {
        int challenge = Integer.parseUnsignedInt(command.option("challenge", ""));
        yield List.of(MessageText.hex(Cookie.of(command.option("cookie", "")).digest(challenge)));
      }
      case "initiator" -> {
        Initiator initiator = initiator(command.options());
        current = initiator;
        yield describe(initiator.start());
      }
      case "acceptor" -> {
        current = acceptor(command.options());
        yield List.of();
      }
      case "receive" -> {
        List<String> lines = new ArrayList<>();
        byte[] body = command.bytes();
        if (body.length < 100) {
          lines.add(MessageText.describe(body, current instanceof Acceptor));
        }
        lines.addAll(describe(current().receive(ByteBuffer.wrap(body))));
        yield lines;
      }
      case "decide" ->
          describe(((Acceptor) current()).decide(decision(String.join(" ", command.words()))));
      case "take-over" ->
          describe(
              ((Initiator) current()).takeOver(Boolean.parseBoolean(command.words().getFirst())));
      case "closed" -> describe(List.of(current().closed()));
      case "converse" -> converse(command);
      default -> throw new IllegalArgumentException(command.name());
    };
  }

  private Handshake current() {
    return Objects.requireNonNull(current, "no side was started");
  }

  private static Initiator initiator(Map<String, String> options) {
    return Handshake.initiate(
        local(options, "a@h"),
        Atom.of(options.getOrDefault("peer", "b@h")),
        Integer.parseInt(options.getOrDefault("version", "6")),
        () -> Integer.parseUnsignedInt(options.getOrDefault("challenge", "1000")));
  }

  private static Acceptor acceptor(Map<String, String> options) {
    return Handshake.accept(
        local(options, "b@h"),
        () -> Integer.parseUnsignedInt(options.getOrDefault("challenge", "2000")));
  }

  private static LocalNode local(Map<String, String> options, String name) {
    DistFlags flags = FlagsText.parse(options.getOrDefault("flags", "all"));
    Cookie cookie = Cookie.of(options.getOrDefault("cookie", "secret"));
    if (options.containsKey("unnamed")) {
      return LocalNode.unnamed(options.get("unnamed"), flags, cookie);
    }
    DistFlags required = FlagsText.parse(options.getOrDefault("required", "mandatory"));
    int creation = Integer.parseUnsignedInt(options.getOrDefault("creation", "7"));
    return new LocalNode(
        Atom.of(options.getOrDefault("name", name)), creation, flags, required, cookie);
  }

  private static Decision decision(String text) {
    if (text.startsWith("named ")) {
      String[] words = text.split(" ", -1);
      return new Decision.Named(Atom.of(words[1]), Integer.parseUnsignedInt(words[2]));
    }
    return Decision.Status.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private List<String> describe(List<Step> steps) {
    List<String> lines = new ArrayList<>();
    for (Step step : steps) {
      switch (step) {
        case Step.Send(ByteBuffer body) -> {
          byte[] bytes = HexText.bytes(body);
          lines.add("send " + MessageText.describe(bytes, current instanceof Initiator));
          HexText.dump(bytes).forEach(line -> lines.add("  " + line));
        }
        default -> lines.add(describe(step));
      }
    }
    return lines;
  }

  static String describe(Step step) {
    return switch (step) {
      case Step.Send send -> send.toString();
      case Step.Alive() -> "alive?";
      case Step.Identify s ->
          "identify %s creation %s flags %x%s"
              .formatted(
                  s.name(),
                  MessageText.unsigned(s.creation()),
                  s.offered().bits(),
                  s.wantsName() ? " wants a name" : "");
      case Step.Done s ->
          "done with %s creation %s flags %x%s, own name %s creation %s%s"
              .formatted(
                  s.peer().name(),
                  MessageText.unsigned(s.peer().creation()),
                  s.peer().flags().bits(),
                  s.peer().hidden() ? " hidden" : "",
                  s.ownName(),
                  MessageText.unsigned(s.ownCreation()),
                  s.takesOver() ? ", takes over" : "");
      case Step.Failed s -> "failed %s: %s".formatted(s.failure(), s.reason());
    };
  }

  /** The input's first line has the initiator's options, its second the acceptor's. */
  private static List<String> converse(Command command) {
    Conversation conversation =
        new Conversation(
            initiator(options(command.input().get(0))),
            acceptor(options(command.input().get(1))),
            decision(command.option("decide", "ok").replace(',', ' ')),
            Boolean.parseBoolean(command.option("take-over", "true")));
    return conversation.run();
  }

  private static Map<String, String> options(String line) {
    return Command.parse(line, List.of()).options();
  }
}

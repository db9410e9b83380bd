package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.function.Consumer;

/** The protocol of servers that do in each test what the test needs. */
sealed interface Shop {
  /** A cast or plain message. */
  record Note(String text) implements Shop {}

  /** A call. */
  record Ask(String text) implements Shop, Request<String> {}

  /** What a server does with notes and questions; changed by each test where it matters. */
  interface Handling {
    default void note(String text) throws Exception {}

    default String ask(String text) throws Exception {
      return text;
    }
  }

  static Blueprint<Shop> blueprint(GenServer.Definition<Shop> definition) {
    return GenServer.define("shop", Shop.class, definition).codec(Codec.INSTANCE);
  }

  /** Fills in what a test does not care for. */
  static void handle(Handlers<Shop> on, Handling handling) {
    on.cast(Note.class, note -> handling.note(note.text()));
    on.call(Ask.class, ask -> handling.ask(ask.text()));
  }

  static void notes(Handlers<Shop> on, Consumer<String> notes) {
    handle(
        on,
        new Handling() {
          @Override
          public void note(String text) {
            notes.accept(text);
          }
        });
  }

  enum Codec implements TermCodec<Shop> {
    INSTANCE;

    @Override
    public Term encode(Shop message) {
      return switch (message) {
        case Note(String text) -> Tuple.of(Atom.of("note"), Atom.of(text));
        case Ask(String text) -> Tuple.of(Atom.of("ask"), Atom.of(text));
      };
    }

    @Override
    public Shop decode(Term term) {
      if (term instanceof Tuple pair
          && pair.arity() == 2
          && pair.get(1) instanceof Atom(String text)) {
        if (pair.get(0).equals(Atom.of("note"))) {
          return new Note(text);
        }
        if (pair.get(0).equals(Atom.of("ask"))) {
          return new Ask(text);
        }
      }
      throw new TermMappingException("neither a note nor a question: " + term);
    }

    @Override
    public Term encodeReply(Shop request, Object reply) {
      return Atom.of((String) reply);
    }

    @Override
    public Object decodeReply(Shop request, Term reply) {
      if (reply instanceof Atom(String text)) {
        return text;
      }
      throw new TermMappingException("an answer is an atom, not " + reply);
    }
  }
}

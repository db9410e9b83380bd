package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.node.Address;
import io.weft.node.AliasMode;
import io.weft.node.TestNode;
import io.weft.term.Atom;
import io.weft.term.ImproperList;
import io.weft.term.IntTerm;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.1: calls, casts and replies as terms, from clients that speak nothing else. */
class GenServer21WireTermsTest {
  private static final Atom CALL = Atom.of("$gen_call");
  private static final Atom CAST = Atom.of("$gen_cast");
  private static final Atom ALIAS = Atom.of("alias");

  private final Troupe troupe = new Troupe();
  private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();
  private final Address<Shop> shop =
      troupe.nodes.node().start(Shop.blueprint((on, self) -> Shop.notes(on, notes::add)));
  private final TestNode.Actor client = troupe.nodes.actor();

  @AfterEach
  void close() {
    troupe.close();
  }

  private void send(Term message) {
    client.run(self -> troupe.nodes.node().address(pidOf(shop)).tell(message));
  }

  private static Term call(Term from, String request) {
    return Tuple.of(CALL, from, Term.parse(request));
  }

  @Test
  void aCastAndAPlainMessageAreMessagesOfTheProtocol() throws InterruptedException {
    send(Tuple.of(CAST, Term.parse("{note, cast}")));
    send(Term.parse("{note, plain}"));
    assertEquals("cast", notes.take());
    assertEquals("plain", notes.take());
  }

  @Test
  void everyTagThatIsNoAliasIsEchoedUnchangedToThePid() {
    Reference reference = client.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    for (Term tag :
        List.of(
            reference,
            Tuple.of(reference, Atom.of("a@b")),
            Atom.of("tag"),
            new IntTerm(17),
            Term.parse("[any, thing]"))) {
      send(call(Tuple.of(client.pid(), tag), "{ask, hello}"));
      assertEquals(Tuple.of(tag, Atom.of("hello")), client.next());
    }
  }

  @Test
  void aTagThatStartsWithAliasIsAnsweredThroughTheAliasUnchanged() {
    for (boolean nested : List.of(false, true)) {
      Reference alias = client.does(self -> self.alias(AliasMode.REPLY));
      Term plain = new ImproperList(List.of(ALIAS), alias);
      Term tag = nested ? new ImproperList(List.of(plain), Atom.of("more")) : plain;
      send(call(Tuple.of(client.pid(), tag), "{ask, hello}"));
      assertEquals(Tuple.of(tag, Atom.of("hello")), client.next());
      send(call(Tuple.of(client.pid(), tag), "{ask, again}")); // the alias is used up
      assertEquals(List.of(), client.drained());
    }
  }

  @Test
  void aRequestThatIsNoneIsAnsweredWithABadRequest() {
    send(call(Tuple.of(client.pid(), Atom.of("tag")), "nonsense"));
    assertEquals(
        Term.parse("{error, {bad_request, <<\"neither a note nor a question: nonsense\">>}}"),
        ((Tuple) client.next()).get(1));
  }

  @Test
  void whatLooksLikeACallButIsNoneIsAPlainTerm() {
    send(Tuple.of(CALL, Atom.of("nobody"), Term.parse("{ask, hello}")));
    send(call(Tuple.of(client.pid(), Atom.of("tag")), "{ask, still_there}"));
    assertEquals(Term.parse("{tag, still_there}"), client.next());
  }

  @Test
  void aSystemMessageThatIsNotKnownIsAnsweredSo() {
    send(Tuple.of(Atom.of("system"), Tuple.of(client.pid(), Atom.of("tag")), Atom.of("nonsense")));
    assertEquals(Term.parse("{tag, {error, {unknown_system_msg, nonsense}}}"), client.next());
  }
}

package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.node.Address;
import io.weft.node.AliasMode;
import io.weft.node.TermCodec;
import io.weft.node.TestNode;
import io.weft.term.Atom;
import io.weft.term.ImproperList;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * OTP semantics, 2.1: a gen_statem is called and cast to as a gen_server. All functions of a client
 * are compared with those of OTP in the module examples.
 */
class GenStateMachine21WireTermsTest extends MachineTesting {
  private final TestNode.Actor client = nodes.actor();
  private final Address<Term> machine =
      nodes
          .node()
          .start(
              GenStateMachine.<Atom, Term>handleEvent(
                      "door",
                      Atom.class,
                      (on, self) -> {
                        on.start(Atom.of("closed"));
                        return (state, event) ->
                            switch (event) {
                              case StateEvent.Cast<Term>(Atom to) -> on.to(to);
                              case StateEvent.Call<Term> call ->
                                  on.keep()
                                      .reply(
                                          reply -> call.from().reply(reply),
                                          Tuple.of(state, call.request()));
                              default -> on.keep();
                            };
                      })
                  .codec(TermCodec.identity()));

  private void send(Term message) {
    client.run(self -> nodes.node().address(pidOf(machine)).tell(message));
  }

  private void call(Term tag) {
    send(Tuple.of(Atom.of("$gen_call"), Tuple.of(client.pid(), tag), Atom.of("what")));
  }

  @Test
  void everyTagIsEchoedUnchangedAndAnAliasIsAnsweredThroughIt() {
    Reference reference = client.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    Term alias = new ImproperList(List.of(Atom.of("alias")), reference);
    for (Term tag :
        List.of(
            reference,
            alias,
            new ImproperList(List.of(alias), Atom.of("more")),
            Tuple.of(reference, Atom.of("a@b")),
            Atom.of("tag"))) {
      call(tag);
      assertEquals(Tuple.of(tag, Term.parse("{closed, what}")), client.next());
    }
  }

  @Test
  void aCastIsAnEventAndMovesTheMachine() {
    send(Term.parse("{'$gen_cast', open}"));
    call(Atom.of("tag"));
    assertEquals(Term.parse("{tag, {open, what}}"), client.next());
  }
}

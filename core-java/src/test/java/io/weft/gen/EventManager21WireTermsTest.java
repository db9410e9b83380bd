package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.gen.EventManager.Message;
import io.weft.node.Address;
import io.weft.node.AliasMode;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.node.TestNode.Actor;
import io.weft.term.Atom;
import io.weft.term.ImproperList;
import io.weft.term.ListTerm;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * OTP semantics, 2.1: gen_event in terms. All of its functions are compared with those of OTP in
 * the module examples.
 */
class EventManager21WireTermsTest extends EventManagerTesting {
  @Test
  void foreignNodesNotifyAndCallAsTheyDoAGenEvent() throws InterruptedException {
    call(
        EventManager.<Term, Term>add(
            id("a"), (on, self) -> on.onEvent(event -> seen.add("a " + event))));
    nodes.node().address(pidOf(manager)).tell(Term.parse("{notify, hello}"));
    assertEquals("a hello", next());
    assertEquals("ok", foreign(Term.parse("{sync_notify, again}")).toString());
    assertEquals(List.of("a again"), drained());
    assertEquals("[a]", foreign(Atom.of("which_handlers")).toString());
    assertEquals("{error,bad_module}", foreign(Term.parse("{call, nobody, x}")).toString());
    assertEquals("ok", foreign(Term.parse("{delete_handler, a, []}")).toString());
    assertEquals(
        "{error,module_not_found}", foreign(Term.parse("{delete_handler, a, []}")).toString());
  }

  @Test
  void aForeignCallIsAnsweredByTheHandlerThroughItsCodec() {
    call(EventManager.add(
            HandlerId.of("counter", Counter.class, Counter.Codec.INSTANCE),
            (on, self) -> on.call(Counter.Get.class, get -> 42L)))
        .orThrow();
    assertEquals("42", foreign(Term.parse("{call, counter, get}")).toString());
  }

  @Test
  void handlersThatTheDefinitionProvidesAreAddedByForeignNodes() {
    Address<Message<Term>> open =
        nodes
            .node()
            .start(
                EventManager.<Term>define(
                    "open",
                    TermCodec.identity(),
                    modules ->
                        modules.provide(
                            id("log"),
                            arguments -> {
                              if (!(arguments instanceof Atom name)) {
                                throw new TermMappingException("a name, not " + arguments);
                              }
                              return noting(name.name());
                            })));
    assertEquals("ok", foreign(open, "{add_handler, log, one}"));
    assertEquals("ok", foreign(open, "{add_handler, {log, 2}, two}"));
    assertEquals("[{log,2},log]", foreign(open, "which_handlers"));
    assertEquals("[log]", foreign(open, "get_modules"));
    assertEquals("ok", foreign(open, "{sync_notify, hello}"));
    assertEquals(List.of("two hello", "one hello"), drained());
    assertEquals("ok", foreign(open, "{swap_handler, log, bye, {log, 3}, three}"));
    assertEquals(List.of("one ends Deleted bye", "three inherits what one left"), drained());
    assertEquals(
        "{'EXIT',{function_clause,[{log,init,[[]],[]}]}}", foreign(open, "{add_handler, log, []}"));
    assertEquals(
        "{'EXIT',{undef,[{other,init,[x],[]}]}}", foreign(open, "{add_handler, {other, 1}, x}"));
    assertEquals(
        "{error,{'EXIT',{undef,[{other,init,[{x,<<\"what two left\">>}],[]}]}}}",
        foreign(open, "{swap_handler, {log, 2}, bye, other, x}"));
    assertEquals("[{log,3}]", foreign(open, "which_handlers"));
    assertEquals("ok", foreign(open, "stop"));
  }

  @Test
  void aForeignSupervisorIsLinkedAndTold() {
    Address<Message<Term>> open =
        nodes
            .node()
            .start(
                EventManager.<Term>define(
                    "open",
                    TermCodec.identity(),
                    modules -> modules.provide(id("log"), arguments -> noting("log"))));
    Actor owner = nodes.trappingActor();
    Term request = Tuple.of(Atom.of("add_sup_handler"), Atom.of("log"), ListTerm.NIL, owner.pid());
    assertEquals("ok", foreign(open, request).toString());
    assertEquals("ok", foreign(open, "{sync_notify, remove}"));
    assertEquals(Term.parse("{gen_event_EXIT, log, normal}"), owner.next());
    nodes.node().exit(pidOf(open), ExitReason.KILL);
    assertEquals(new Info.Exit(pidOf(open), ExitReason.KILLED), owner.next());
  }

  @Test
  void whatIsNoRequestOfGenEventIsInformationForTheHandlers() throws InterruptedException {
    add(id("a"));
    Term message = Tuple.of(pidOf(manager), Term.parse("{x, y}"), Atom.of("what"));
    nodes.node().address(pidOf(manager)).tell(message);
    Actor client = nodes.actor();
    Term unknown = Tuple.of(client.pid(), Tuple.of(client.pid(), Atom.of("tag")), Atom.of("what"));
    nodes.node().address(pidOf(manager)).tell(unknown);
    assertEquals("a info " + message, next());
    assertEquals("a info " + unknown, next());
  }

  @Test
  void aHandlerThatSpeaksTermsIsAskedInTerms() {
    call(EventManager.<Term, Term>add(
            id("echo"), (on, self) -> on.callTerm(request -> Tuple.of(Atom.OK, request))))
        .orThrow();
    assertEquals("{ok,hello}", foreign(Term.parse("{call, echo, hello}")).toString());
  }

  @Test
  void everyTagIsEchoedUnchangedAndAnAliasIsAnsweredThroughIt() {
    Actor client = nodes.actor();
    Reference reference = client.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    Term alias = new ImproperList(List.of(Atom.of("alias")), reference);
    for (Term tag : List.of(reference, alias, Atom.of("tag"), Term.parse("[any, thing]"))) {
      Term from = Tuple.of(client.pid(), tag);
      Term message = Tuple.of(client.pid(), from, Atom.of("which_handlers"));
      client.run(self -> nodes.node().address(pidOf(manager)).tell(message));
      assertEquals(Tuple.of(tag, ListTerm.NIL), client.next());
    }
  }
}

package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.gen.EventManager.Message;
import io.weft.node.Address;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.node.TestNode;
import io.weft.node.TestNode.Actor;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A manager of events that are terms, and handlers that note what they get. */
abstract class EventManagerTesting {
  static final Duration LONG = Duration.ofSeconds(20);

  final TestNode nodes = new TestNode();
  final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
  final Address<Message<Term>> manager =
      nodes.node().start(EventManager.define("manager", TermCodec.identity()));

  @AfterEach
  void close() {
    nodes.close();
  }

  /** Speaks terms, so that foreign nodes can ask too. */
  static HandlerId<Term> id(String name) {
    return HandlerId.of(name, Term.class, TermCodec.identity());
  }

  sealed interface Ask {
    record Echo(String text) implements Ask, Request<String> {}

    record Crash() implements Ask, Request<String> {}
  }

  static HandlerId<Ask> asked(String name) {
    return HandlerId.of(name, Ask.class);
  }

  /** Notes all it gets; fails on the event {@code boom}, leaves on {@code remove}. */
  <Q> EventManager.Definition<Term, Q> noting(String name) {
    return (on, self) -> {
      if (on.inherited() != null) {
        seen.add(name + " inherits " + on.inherited());
      }
      on.onEvent(event -> {
        seen.add(name + " " + event);
        if (event.equals(Atom.of("boom"))) {
          throw new IllegalStateException("boom");
        }
        if (event.equals(Atom.of("remove"))) {
          on.remove();
        }
      });
      on.onInfo(info -> seen.add(name + " info " + info.toTerm()));
      on.onTerminate(end -> {
        boolean given = end instanceof HandlerEnd.Deleted deleted && deleted.arguments() != null;
        String arguments = given ? " " + ((HandlerEnd.Deleted) end).arguments() : "";
        seen.add(name + " ends " + end.getClass().getSimpleName() + arguments);
        return "what " + name + " left";
      });
    };
  }

  EventManager.Definition<Term, Ask> answering() {
    return (on, self) -> {
      on.call(Ask.Echo.class, Ask.Echo::text);
      on.call(
          Ask.Crash.class,
          crash -> {
            throw new IllegalStateException("asked to crash");
          });
    };
  }

  <Q> void add(HandlerId<Q> id) {
    assertEquals(true, call(EventManager.add(id, noting(id.toString()))).orThrow());
  }

  <R, Q extends Message<Term> & Request<R>> R call(Q request) {
    return Weft.<R, Q>call(manager, request, LONG);
  }

  void sync(String event) {
    call(new EventManager.SyncNotify<>((Term) Atom.of(event)));
  }

  List<String> which() {
    return call(new EventManager.WhichHandlers<Term>()).stream().map(HandlerId::toString).toList();
  }

  List<String> drained() {
    List<String> all = new ArrayList<>();
    seen.drainTo(all);
    return all;
  }

  String next() throws InterruptedException {
    return seen.poll(20, TimeUnit.SECONDS);
  }

  void addSupervised(Actor owner, String name) {
    owner.run(self ->
        self.call(
            manager,
            EventManager.<Term, Term, Object>addSupervised(
                self, id(name), noting(name), exit -> exit),
            LONG,
            result -> self.address().tell("added")));
    assertEquals("added", owner.next());
  }

  /** Asks as gen_event's own functions do: labelled with the pid of the caller. */
  Term foreign(Term request) {
    return foreign(manager, request);
  }

  Term foreign(Address<Message<Term>> to, Term request) {
    Actor client = nodes.actor();
    Term tag = Atom.of("tag");
    nodes
        .node()
        .address(pidOf(to))
        .tell(Tuple.of(client.pid(), Tuple.of(client.pid(), tag), request));
    Tuple reply = (Tuple) client.next();
    assertEquals(tag, reply.get(0));
    return reply.get(1);
  }

  String foreign(Address<Message<Term>> to, String request) {
    return foreign(to, Term.parse(request)).toString();
  }
}

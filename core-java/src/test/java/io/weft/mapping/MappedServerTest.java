package io.weft.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.GenServer;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.Node;
import io.weft.node.Received;
import io.weft.node.Request;
import io.weft.node.Target;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes of a protocol of records, spoken to in terms. */
class MappedServerTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  sealed interface Stock {
    record Add(String sku, int n) implements Stock {}

    record Count(String sku) implements Stock, Request<Integer> {}

    record All() implements Stock, Request<List<Line>> {}

    record Find(String sku) implements Stock, Request<Optional<Line>> {}

    record Watch(Address<Change> watcher) implements Stock {}
  }

  record Line(String sku, int count) {}

  sealed interface Change {
    record Added(String sku, int now) implements Change {}
  }

  private final TestNode nodes = new TestNode();
  private final Node node = nodes.node();
  private final LinkedBlockingQueue<Term> strange = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    nodes.close();
  }

  private Blueprint<Stock> stock() {
    return GenServer.define(
            "stock",
            Stock.class,
            (on, self) -> {
              Map<String, Integer> counts = new LinkedHashMap<>();
              var watchers = new java.util.ArrayList<Address<Change>>();
              on.cast(
                  Stock.Add.class,
                  add -> {
                    int now = counts.merge(add.sku(), add.n(), Integer::sum);
                    watchers.forEach(each -> each.tell(new Change.Added(add.sku(), now)));
                  });
              on.cast(Stock.Watch.class, watch -> watchers.add(watch.watcher()));
              on.call(Stock.Count.class, count -> counts.getOrDefault(count.sku(), 0));
              on.call(
                  Stock.All.class,
                  all ->
                      counts.entrySet().stream()
                          .map(entry -> new Line(entry.getKey(), entry.getValue()))
                          .toList());
              on.call(
                  Stock.Find.class,
                  find ->
                      Optional.ofNullable(counts.get(find.sku()))
                          .map(count -> new Line(find.sku(), count)));
              on.onUnknown(unknown -> strange.add(unknown.term()));
            })
        .codec(TermMapping.codecOf(Stock.class));
  }

  private static Target targetOf(Address<?> address) {
    Target target = address.target();
    assertTrue(target != null);
    return target;
  }

  private Address<Term> asTerms(Address<?> address) {
    return node.address(((Target.ByPid) targetOf(address)).pid());
  }

  private static Term term(String text) {
    return Term.parse(text);
  }

  @Test
  void termsAreItsMessagesAndItsRepliesTerms() {
    Address<Stock> stock = node.start(stock());
    Address<Term> terms = asTerms(stock);
    terms.tell(term("{add,<<\"x\">>,2}"));
    terms.tell(term("{'$gen_cast',{add,\"x\",3}}"));
    assertEquals(term("5"), Weft.callTerm(terms, term("{count,<<\"x\">>}"), LONG));
    assertEquals(
        term("[#{sku => <<\"x\">>, count => 5}]"), Weft.callTerm(terms, term("all"), LONG));
    assertEquals(term("undefined"), Weft.callTerm(terms, term("{find,<<\"y\">>}"), LONG));
    assertEquals(Optional.of(new Line("x", 5)), Weft.call(stock, new Stock.Find("x"), LONG));
  }

  @Test
  void aTermThatIsNoMessageIsUnknownAndCounted() throws InterruptedException {
    Address<Term> terms = asTerms(node.start(stock()));
    terms.tell(term("{add,<<\"x\">>,many}"));
    assertEquals(term("{add,<<\"x\">>,many}"), strange.poll(20, TimeUnit.SECONDS));
    assertEquals(1, node.termsRefused());
  }

  @Test
  void aCallThatIsNoRequestIsRefusedWithThePlaceAndTheServerGoesOn() {
    Address<Stock> stock = node.start(stock());
    var refused =
        assertThrows(
            CallException.class, () -> Weft.callTerm(asTerms(stock), term("{count,1}"), LONG));
    assertTrue(
        refused.getMessage().contains("$.sku: expected a string, found 1"), refused.getMessage());
    assertEquals(0, Weft.call(stock, new Stock.Count("x"), LONG));
    assertEquals(1, node.termsRefused());
  }

  @Test
  void anAddressInAMessageIsAPidAndBackAnAddress() throws InterruptedException {
    Address<Stock> stock = node.start(stock());
    Address<Term> terms = asTerms(stock);
    var seen = new LinkedBlockingQueue<Change>();
    Address<Change> watcher =
        node.start(
            GenServer.define(
                    "watcher", Change.class, (on, self) -> on.cast(Change.Added.class, seen::add))
                .named("watcher")
                .codec(TermMapping.codecOf(Change.class)));
    Term byPid = TermMapping.codecOf(Stock.class).encode(new Stock.Watch(watcher));
    assertEquals(Tuple.of(Atom.of("watch"), targetOf(watcher).item()), byPid);
    terms.tell(byPid);
    terms.tell(Tuple.of(Atom.of("watch"), Tuple.of(Atom.of("watcher"), node.name())));
    terms.tell(term("{add,<<\"x\">>,2}"));
    assertEquals(new Change.Added("x", 2), seen.poll(20, TimeUnit.SECONDS));
    assertEquals(new Change.Added("x", 2), seen.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void anAddressInAReplySendsFromTheNodeThatAsked() throws InterruptedException {
    var seen = new LinkedBlockingQueue<Change>();
    Address<Change> watcher =
        node.start(
            GenServer.define(
                    "watcher", Change.class, (on, self) -> on.cast(Change.Added.class, seen::add))
                .codec(TermMapping.codecOf(Change.class)));
    Address<Directory> directory =
        node.start(
            GenServer.define(
                    "directory",
                    Directory.class,
                    (on, self) -> on.call(Directory.Who.class, _ -> List.of(watcher)))
                .codec(TermMapping.codecOf(Directory.class)));
    Address<Directory> asTerms =
        node.address(((Target.ByPid) targetOf(directory)).pid(), directory.codec());
    assertEquals(1, Weft.call(asTerms, new Directory.Who(), LONG).size());
    var codec = TermMapping.codecOf(Directory.class);
    Term term = codec.encodeReply(new Directory.Who(), List.of(watcher));
    var found = (List<?>) codec.decodeReply(new Directory.Who(), term, node);
    assertEquals(targetOf(watcher), targetOf((Address<?>) found.getFirst()));
  }

  sealed interface Directory {
    record Who() implements Directory, Request<List<Address<Change>>> {}
  }

  @Test
  void anAddressNeedsANode() {
    var form = TermMapping.standard().form(Stock.Watch.class);
    var alone =
        assertThrows(MisfitException.class, () -> form.fromTerm(term("#{watcher => {a,b@c}}")));
    assertTrue(
        alone.getMessage().startsWith("$.watcher: an address is made of a pid only where the node"),
        alone.getMessage());
    var bound = TermMapping.builder().node(node).build().form(Stock.Watch.class);
    assertEquals(
        "b@c", targetOf(bound.fromTerm(term("#{watcher => {a,b@c}}")).watcher()).node().name());
  }

  @Test
  void aStraightLineBodyReceivesRecordsToo() {
    Address<Change> body =
        node.start(
            Blueprint.<Change>straightLine(
                    "body",
                    self -> {
                      while (true) {
                        switch (self.receiveAny()) {
                          case Received.Message<Change>(Change.Added(String sku, int now)) ->
                              strange.add(Tuple.of(Atom.of(sku), io.weft.term.IntTerm.of(now)));
                          case Received.Report<Change>(var info) -> strange.add(info.toTerm());
                          case Received.Call<Change> _ -> {}
                        }
                      }
                    })
                .codec(TermMapping.codecOf(Change.class)));
    Address<Term> terms = asTerms(body);
    terms.tell(term("{added,<<\"x\">>,2}"));
    terms.tell(term("{removed,<<\"x\">>}"));
    try {
      assertEquals(term("{x,2}"), strange.poll(20, TimeUnit.SECONDS));
      assertEquals(term("{removed,<<\"x\">>}"), strange.poll(20, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}

package io.weft.term;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.etf.Etf;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Depth takes no native stack: everything works on terms 100,000 deep with a stack of 128 KiB. */
class DeepTermTest {

  private static final int DEPTH = 100_000;
  private static final long STACK_SIZE = 128 << 10;

  enum Nesting {
    TUPLES(Tuple::of),
    LISTS(ListTerm::of),
    MAP_VALUES(t -> Terms.map(IntTerm.of(1), t)),
    MAP_KEYS(t -> Terms.map(t, IntTerm.of(1))),
    MAP_KEYS_AMONG_OTHERS(t -> Terms.map(Atom.OK, Atom.OK, t, IntTerm.of(1), Atom.TRUE, Atom.OK)),
    IMPROPER_LISTS(t -> Terms.improper(List.of(t), Atom.OK)),
    TAILS(t -> new ImproperList(List.of(Atom.OK), Tuple.of(t))),
    FREE_VARIABLES(t -> new Fun(Atom.OK, 1, 1, Binary.wrap(new byte[16]), 1, 1, pid(), List.of(t)));

    final UnaryOperator<Term> wrap;

    Nesting(UnaryOperator<Term> wrap) {
      this.wrap = wrap;
    }

    private static Pid pid() {
      return new Pid(Atom.of("a@b"), 1, 2, 3);
    }

    Term around(Term core) {
      return Stream.iterate(core, wrap).skip(DEPTH).findFirst().orElseThrow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyOperationWorksOnADeepTerm(Nesting nesting) throws InterruptedException {
    onASmallStack(() -> {
      Term term = nesting.around(IntTerm.of(1));
      Term same = nesting.around(IntTerm.of(1));
      Term greater = nesting.around(IntTerm.of(2));
      assertTrue(term.equals(same));
      assertEquals(term.hashCode(), same.hashCode());
      assertEquals(PortableHash.phash2(term), PortableHash.phash2(same));
      assertTrue(!term.equals(greater));
      assertNotEquals(term.hashCode(), greater.hashCode());
      assertTrue(TermOrder.INSTANCE.compare(term, greater) < 0);
      assertTrue(TermOrder.EXACT.compare(greater, term) > 0);
      assertEquals(0, TermOrder.EXACT.compare(term, same));
      assertTrue(Etf.decode(Etf.encode(term)).equals(term));
      assertTrue(Etf.decode(Etf.encodeCompressed(term, 1)).equals(term));
      assertTrue(Term.parse(term.toString()).equals(term));
      assertEquals(53, term.abbreviate(50).length());
    });
  }

  private static void onASmallStack(Runnable body) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(null, body, "small stack", STACK_SIZE);
    thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
    thread.start();
    thread.join();
    assertNull(failure.get());
  }
}

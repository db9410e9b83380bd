package io.weft.inspect;

import io.weft.node.AliasMode;
import io.weft.node.BlockingSelf;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.concurrent.CompletableFuture;

/** Lets the body of a process wait for a future as it waits for messages: signals act meanwhile. */
final class Waiting {
  private Waiting() {}

  /** Waits until the future is done, however it ends. */
  static void until(BlockingSelf<Term> self, CompletableFuture<?> future) {
    if (future.isDone()) {
      return;
    }
    Reference done = self.alias(AliasMode.REPLY);
    Tuple news = Tuple.of(done);
    var _ = future.whenComplete((_, _) -> self.node().address(done).tell(news));
    Term _ = self.select(on -> on.message(Tuple.class, news::equals, message -> message));
  }
}

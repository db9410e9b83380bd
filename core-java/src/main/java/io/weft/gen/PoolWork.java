package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.CallResult;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.ProcessInfo;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.Sys;
import io.weft.node.Target;
import io.weft.node.TermMappingException;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The work of one worker of a pool: what it was given and has not done yet.
 *
 * <p>Calls are counted until they are answered. Messages are counted until a look at the process
 * shows that they have left its mailbox; at most one look is under way, and while there is
 * something to count one follows the other after {@link #LOOK_EVERY}.
 */
final class PoolWork<M> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private final Self<M> self;
  private final Runnable worked;
  private @Nullable Address<M> address;
  private boolean looking;
  private int calls;
  private long sent;

  /** Which of the messages sent may still wait, by their number. */
  private final ArrayDeque<Long> messages = new ArrayDeque<>(2);

  /**
   * @param self the pool
   * @param worked runs when some of it is done
   */
  PoolWork(Self<M> self, Runnable worked) {
    this.self = self;
    this.worked = worked;
  }

  /** From now on a process does it. */
  void goesTo(Address<M> process) {
    address = process;
  }

  /** The process has ended: its messages are gone, its calls fail one by one. */
  void lost() {
    address = null;
    messages.clear();
  }

  int outstanding() {
    return calls + messages.size();
  }

  void tell(M message) {
    Address<M> to = address;
    if (to != null) {
      sent++;
      messages.add(sent);
      to.tell(message);
      look();
    }
  }

  void call(M request, From from) {
    Address<M> to = address;
    if (to == null) {
      from.fail(ExitReason.NOPROC);
      return;
    }
    switch (request) {
      case Request<?> asked -> {
        begin();
        self.pass(from, to(to), own(asked), result -> answered(from, result));
      }
      case Term term when to.target() instanceof Target.ByPid(Pid pid) -> {
        begin();
        self.passTerm(from, self.node().address(pid), term, result -> answered(from, result));
      }
      default -> from.refuse(request + " is not a request: send it, nobody answers it");
    }
  }

  private void begin() {
    calls++;
    sent++;
  }

  private void answered(From from, CallResult<?> result) {
    calls--;
    switch (result) {
      case CallResult.Ok<?>(Object value) -> reply(from, value);
      case CallResult.Failed<?> failed -> from.fail(failed.failure().reason());
    }
    worked.run();
  }

  private static void reply(From from, Object value) {
    try {
      from.reply(value);
    } catch (TermMappingException unmapped) {
      from.refuse(String.valueOf(unmapped.getMessage()));
    }
  }

  /**
   * With {@link #to} the one place where the type of a reply is forgotten. Its caller knows it, and
   * it passes through here as the object it is.
   */
  @SuppressWarnings("unchecked")
  private static Request<Object> own(Request<?> request) {
    return (Request<Object>) request;
  }

  @SuppressWarnings("unchecked")
  private static Address<Request<Object>> to(Address<?> worker) {
    return (Address<Request<Object>>) worker;
  }

  private void look() {
    Address<M> at = address;
    if (looking || at == null) {
      return;
    }
    looking = true;
    long sentBefore = sent;
    var _ =
        Sys.info(at).whenComplete((info, gone) -> self.post(() -> looked(at, info, sentBefore)));
  }

  /** What waits are the last ones sent before the look. */
  private void looked(Address<M> at, @Nullable ProcessInfo info, long sentBefore) {
    looking = false;
    if (at.equals(address) && info != null) {
      long handled = sentBefore - info.mailbox();
      while (!messages.isEmpty() && messages.peek() <= handled) {
        messages.poll();
      }
      worked.run();
    }
    if (!messages.isEmpty() && address != null) {
      looking = true;
      var _ =
          self.after(
              LOOK_EVERY,
              () -> {
                looking = false;
                look();
              });
    }
  }
}

package io.weft.node;

import io.weft.runtime.Clock;
import io.weft.runtime.LogLimiter;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The observers of a node as one, whose failures stay where they are. */
final class Observers implements Observer {
  private final List<Observer> all;
  private final LogLimiter log;

  private Observers(List<Observer> all, Clock clock) {
    this.all = all;
    this.log = new LogLimiter(LoggerFactory.getLogger(Observer.class), clock);
  }

  static @Nullable Observer of(List<Observer> observers, Clock clock) {
    return observers.isEmpty() ? null : new Observers(observers, clock);
  }

  // --- one and all -------------------------------------------------------------------------------

  /** What one of the observers made of something: a context, a scope and the like. */
  private record Own<T>(Observer of, T made) {}

  /** What each observer gave to a message. */
  private record Contexts(List<Own<Object>> each) {
    @Nullable Object of(Observer observer) {
      for (Own<Object> own : each) {
        if (own.of.equals(observer)) {
          return own.made;
        }
      }
      return null;
    }
  }

  private static @Nullable Object of(Observer observer, @Nullable Object contexts) {
    return contexts instanceof Contexts given ? given.of(observer) : null;
  }

  private static @Nullable Contexts contexts(List<Own<Object>> each) {
    return each.isEmpty() ? null : new Contexts(each);
  }

  private void tell(Consumer<Observer> what) {
    for (Observer one : all) {
      guarded(one, () -> what.accept(one));
    }
  }

  private void guarded(Observer whom, Runnable action) {
    try {
      action.run();
    } catch (Exception | LinkageError | AssertionError failure) {
      log.warn("an observer failed: {}", whom.getClass().getName(), failure);
    }
  }

  /** Returns what those make of it who make anything; mostly one or none does. */
  private <T> List<Own<T>> ask(Function<Observer, @Nullable T> what) {
    List<Own<T>> made = List.of();
    for (Observer one : all) {
      T own = null;
      try {
        own = what.apply(one);
      } catch (Exception | LinkageError | AssertionError failure) {
        log.warn("an observer failed: {}", one.getClass().getName(), failure);
      }
      if (own != null) {
        if (made.isEmpty()) {
          made = new ArrayList<>(all.size());
        }
        made.add(new Own<>(one, own));
      }
    }
    return made;
  }

  private Scope scope(Function<Observer, @Nullable Scope> enter) {
    return closing(ask(enter));
  }

  private Scope enter(List<? extends Own<? extends Capture>> captures) {
    List<Own<Scope>> scopes = new ArrayList<>(captures.size());
    for (Own<? extends Capture> capture : captures) {
      guarded(capture.of, () -> scopes.add(new Own<>(capture.of, capture.made.enter())));
    }
    return closing(scopes);
  }

  /** Returns what closes them, the last one first. */
  private Scope closing(List<Own<Scope>> scopes) {
    return () -> {
      for (int i = scopes.size() - 1; i >= 0; i--) {
        Own<Scope> scope = scopes.get(i);
        guarded(scope.of, scope.made::close);
      }
    };
  }

  // --- what happens ------------------------------------------------------------------------------

  @Override
  public void started(Node node) {
    tell(one -> one.started(node));
  }

  @Override
  public void stopped(Node node) {
    tell(one -> one.stopped(node));
  }

  @Override
  public void spawned(Observed process) {
    tell(one -> one.spawned(process));
  }

  @Override
  public void ended(Observed process, ExitReason reason) {
    tell(one -> one.ended(process, reason));
  }

  @Override
  public Scope crashed(Observed process, ExitReason reason) {
    return scope(one -> one.crashed(process, reason));
  }

  @Override
  public void restarted(Pid supervisor, String label, String child) {
    tell(one -> one.restarted(supervisor, label, child));
  }

  @Override
  public void dropped(Observed process) {
    tell(one -> one.dropped(process));
  }

  @Override
  public Scope entered(Observed process, Work work) {
    return scope(one -> one.entered(process, work));
  }

  @Override
  public @Nullable Object sent(Sent message) {
    return contexts(ask(one -> one.sent(message)));
  }

  @Override
  public @Nullable Calling called(Sent request) {
    List<Own<Calling>> callings = ask(one -> one.called(request));
    if (callings.isEmpty()) {
      return null;
    }
    List<Own<Object>> contexts = new ArrayList<>(1);
    for (Own<Calling> calling : callings) {
      Object context = calling.made.context();
      if (context != null) {
        contexts.add(new Own<>(calling.of, context));
      }
    }
    return new AllCalling(callings, contexts(contexts));
  }

  private final class AllCalling implements Calling {
    private final List<Own<Calling>> callings;
    private final @Nullable Contexts contexts;

    AllCalling(List<Own<Calling>> callings, @Nullable Contexts contexts) {
      this.callings = callings;
      this.contexts = contexts;
    }

    @Override
    public @Nullable Object context() {
      return contexts;
    }

    @Override
    public void done(CallResult<?> result) {
      for (Own<Calling> calling : callings) {
        guarded(calling.of, () -> calling.made.done(result));
      }
    }
  }

  @Override
  public @Nullable Handling received(
      Observed process, Kind kind, Object message, @Nullable Object context) {
    List<Own<Handling>> handlings =
        ask(one -> one.received(process, kind, message, of(one, context)));
    return handlings.isEmpty() ? null : new AllHandling(handlings);
  }

  private final class AllHandling implements Handling {
    private final List<Own<Handling>> handlings;

    AllHandling(List<Own<Handling>> handlings) {
      this.handlings = handlings;
    }

    @Override
    public Scope enter() {
      return Observers.this.enter(handlings);
    }

    @Override
    public void decoded(Object message) {
      for (Own<Handling> handling : handlings) {
        guarded(handling.of, () -> handling.made.decoded(message));
      }
    }

    @Override
    public void done(@Nullable Throwable failure) {
      for (Own<Handling> handling : handlings) {
        guarded(handling.of, () -> handling.made.done(failure));
      }
    }
  }

  @Override
  public @Nullable Capture capture() {
    List<Own<Capture>> captures = ask(Observer::capture);
    return captures.isEmpty() ? null : () -> enter(captures);
  }

  // --- between nodes -----------------------------------------------------------------------------

  @Override
  public @Nullable Term label(Object context) {
    List<Own<Term>> labels =
        ask(one -> {
          Object own = of(one, context);
          return own == null ? null : one.label(own);
        });
    return labels.isEmpty() ? null : labels.getFirst().made;
  }

  @Override
  public @Nullable Object context(Term label) {
    return contexts(ask(one -> one.context(label)));
  }
}

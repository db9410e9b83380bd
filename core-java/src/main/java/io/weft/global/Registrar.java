package io.weft.global;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.CallResult;
import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes names for the processes of this node, one change after the other: locks {@code global} on
 * all nodes of the partition, tells each of them, and lets go.
 */
final class Registrar implements Behavior<Registrar.Job>, Asking {
  /** A change of a name; completed with whether it was made. */
  sealed interface Job {
    CompletableFuture<Boolean> done();
  }

  record Register(Registration registration, CompletableFuture<Boolean> done) implements Job {}

  record ReRegister(Registration registration, CompletableFuture<Boolean> done) implements Job {}

  record Unregister(Term name, CompletableFuture<Boolean> done) implements Job {}

  private final NameTable names;
  private @Nullable Self<Job> self;
  private @Nullable Job present;
  private int tries;

  private Registrar(NameTable names) {
    this.names = names;
  }

  static Blueprint<Job> blueprint(NameTable names) {
    return Blueprint.of("global_registrar", () -> new Registrar(names));
  }

  @Override
  public void start(Self<Job> self) {
    this.self = self;
  }

  private Self<Job> self() {
    return Objects.requireNonNull(self);
  }

  @Override
  public void ask(Atom node, Term request, Consumer<@Nullable Term> then) {
    self()
        .callTerm(
            self().node().address(Words.SERVER.name(), node.name()),
            request,
            null,
            result -> then.accept(result instanceof CallResult.Ok<Term>(Term ok) ? ok : null));
  }

  @Override
  public void message(Self<Job> self, Job job) {
    if (isNeedless(job)) {
      return;
    }
    self.hold(); // the next one waits
    present = job;
    tries = 0;
    attempt(job);
  }

  /** What is refused, or done, without asking anybody. */
  private boolean isNeedless(Job job) {
    if (job instanceof Register(Registration registration, var done)
        && (names.find(registration.name()) != null || names.hasName(registration.pid()))) {
      return done.complete(false);
    }
    return job instanceof Unregister(Term name, var done)
        && names.find(name) == null
        && done.complete(true);
  }

  // --- the lock ----------------------------------------------------------------------------------

  private void attempt(Job job) {
    Tuple lock = Tuple.of(Words.GLOBAL, self().pid());
    withMembers(members -> {
      List<Atom> boss =
          List.of(members.stream().max(Comparator.comparing(Atom::name)).orElseThrow());
      setLock(
          boss,
          lock,
          bossLocked -> {
            if (!bossLocked) {
              later(job);
              return;
            }
            List<Atom> rest = new ArrayList<>(members);
            rest.removeAll(boss);
            setLock(
                rest,
                lock,
                allLocked -> {
                  if (allLocked) {
                    locked(job, members, lock);
                  } else {
                    deleteLock(boss, lock, () -> later(job));
                  }
                });
          });
    });
  }

  private void withMembers(Consumer<List<Atom>> then) {
    Atom here = self().node().name();
    ask(
        here,
        Words.GET_KNOWN,
        known -> {
          List<Atom> members = new ArrayList<>();
          members.add(here);
          if (known != null) {
            members.addAll(Words.list(known, Words::atom));
          }
          then.accept(members);
        });
  }

  /** Others wait longer the more often they failed, so that all get their turn. */
  private void later(Job job) {
    self().after(Asking.pause(self().node().seams().entropy(), tries), () -> attempt(job));
    tries++;
  }

  /**
   * A node that joined meanwhile is not locked, and would not hear of the change; one that left may
   * be back, but of another partition.
   */
  private void locked(Job job, List<Atom> members, Tuple lock) {
    withMembers(now -> {
      if (new HashSet<>(members).equals(new HashSet<>(now))) {
        change(job, members, changed -> deleteLock(members, lock, () -> finish(job, changed)));
      } else {
        deleteLock(members, lock, () -> later(job));
      }
    });
  }

  // --- the change --------------------------------------------------------------------------------

  private void change(Job job, List<Atom> members, Consumer<Boolean> then) {
    switch (job) {
      case Register(Registration registration, var _) when isTaken(registration) ->
          then.accept(false);
      case Register(Registration registration, var _) -> register(registration, members, then);
      case ReRegister(Registration registration, var _) -> register(registration, members, then);
      case Unregister(Term name, var _) ->
          askAll(members, Tuple.of(Words.UNREGISTER, name), _ -> then.accept(true));
    }
  }

  private boolean isTaken(Registration registration) {
    return names.find(registration.name()) != null || names.hasName(registration.pid());
  }

  private void register(Registration registration, List<Atom> members, Consumer<Boolean> then) {
    Tuple request =
        Tuple.of(Words.REGISTER, registration.name(), registration.pid(), registration.method());
    askAll(members, request, _ -> then.accept(true));
  }

  private void finish(Job job, boolean changed) {
    present = null;
    self().release();
    job.done().complete(changed);
  }

  @Override
  public void ended(Self<Job> self, ExitReason reason) {
    if (present != null) {
      present.done().complete(false); // the node is stopping
    }
  }
}

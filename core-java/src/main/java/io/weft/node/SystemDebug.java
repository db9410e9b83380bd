package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Term;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sys} notes of one process: its events, and the options that want to know of them, the
 * newest first. In its turns only; there is none while there are no options.
 *
 * <p>A handler that waits, as one of a coroutine may, is done when the next message is taken; until
 * then its answer counts as given by it.
 */
final class SystemDebug {
  private final Process<?> process;
  private final List<DebugOption> options = new ArrayList<>(2);
  private boolean handling;
  private @Nullable Answer answer;

  /** What the handler answered. */
  private record Answer(Object reply, From to) {}

  SystemDebug(Process<?> process) {
    this.process = process;
  }

  // --- options -----------------------------------------------------------------------------------

  /** Returns the option of a kind, of which there is one at most; null if there is none. */
  <T extends DebugOption> @Nullable T find(Class<T> kind) {
    for (DebugOption option : options) {
      if (kind.isInstance(option)) {
        return kind.cast(option);
      }
    }
    return null;
  }

  /** Adds an option, unless one with its key is there. */
  boolean add(DebugOption option) {
    for (DebugOption present : options) {
      if (present.key().equals(option.key())) {
        return false;
      }
    }
    options.addFirst(option);
    return true;
  }

  void remove(Object key) {
    for (DebugOption option : List.copyOf(options)) {
      if (option.key().equals(key)) {
        takeOut(option);
      }
    }
  }

  void removeAll() {
    List.copyOf(options).forEach(this::takeOut);
  }

  private void takeOut(DebugOption option) {
    if (options.remove(option)) {
      option.removed();
    }
  }

  /** Writes events to a file from now on, in place of another. */
  void openFile(DebugFile.Place place, Consumer<@Nullable IOException> then) {
    DebugFile.open(
        process,
        place,
        (file, failure) -> {
          if (file != null) {
            process.debug().replace(file);
          }
          then.accept(failure);
        });
  }

  /** Writes to no file any more; goes on when that is closed. */
  void closeFile(Runnable then) {
    DebugFile file = find(DebugFile.class);
    if (file == null) {
      then.run();
    } else {
      file.whenClosed(then);
      takeOut(file);
    }
  }

  /** Adds an option in place of one with its key. */
  void replace(DebugOption option) {
    remove(option.key());
    options.addFirst(option);
  }

  List<Term> terms() {
    return options.stream().map(option -> option.term(process)).toList();
  }

  // --- events ------------------------------------------------------------------------------------

  private void event(SystemEvent event) {
    for (DebugOption option : List.copyOf(options)) {
      boolean stays;
      try {
        stays = option.event(event, process);
      } catch (Exception | LinkageError | AssertionError | StackOverflowError failure) {
        process.warn("removes a debug function, which failed: {}", String.valueOf(failure));
        stays = false;
      }
      if (!stays) {
        takeOut(option);
      }
    }
  }

  /** The behaviour tells of something in its own words. */
  void told(Supplier<? extends SystemEvent> event) {
    if (!options.isEmpty()) {
      event(event.get());
    }
  }

  /** A message is about to be handled. */
  void received(Message message) {
    handled();
    if (options.isEmpty()) {
      process.debugDone();
      return;
    }
    NotedEvents noted = process.behavior().notedEvents();
    handling = noted == NotedEvents.ALL;
    if (noted == NotedEvents.NONE) {
      return;
    }
    event(
        new SystemEvent.In(
            message.content(), message instanceof LocalCall<?> call ? call.client() : null));
  }

  /** What was received last has been handled, unless that was told before. */
  void handled() {
    if (!handling) {
      return;
    }
    handling = false;
    Answer given = answer;
    answer = null;
    Object state = state();
    if (given == null) {
      event(new SystemEvent.Handled(state));
    } else {
      Term tag = given.to instanceof From.Foreign foreign ? foreign.tag() : SystemTerms.LOCAL;
      event(new SystemEvent.Out(given.reply, given.to.client(), tag, state));
    }
  }

  private @Nullable Object state() {
    try {
      return process.stateShown();
    } catch (Exception hidden) {
      return null;
    }
  }

  // --- answers -----------------------------------------------------------------------------------

  /** Returns a caller whose answer is noted if it comes while its request is handled. */
  From noting(From caller) {
    return handling ? new NotedFrom(caller, this, null) : caller;
  }

  private void answered(Object reply, From to) {
    if (handling && process.isMyTurn()) {
      answer = new Answer(reply, to);
    }
  }

  /** A caller whose answer is an event. */
  record NotedFrom(From caller, SystemDebug debug, @Nullable Function<Object, Term> form)
      implements From {
    @Override
    public Pid client() {
      return caller.client();
    }

    @Override
    public long deadline() {
      return caller.deadline();
    }

    @Override
    public void reply(Object value) {
      Object reply = form == null ? value : Objects.requireNonNull(form.apply(value));
      debug.answered(reply, caller);
      caller.reply(reply);
    }

    @Override
    public void refuse(String why) {
      debug.answered(GenProtocol.refusal(why), caller);
      caller.refuse(why);
    }

    @Override
    public void fail(ExitReason reason) {
      debug.answered(reason.term(), caller);
      caller.fail(reason);
    }

    @Override
    public From encoding(Function<Object, Term> other) {
      return new NotedFrom(caller, debug, other);
    }
  }
}

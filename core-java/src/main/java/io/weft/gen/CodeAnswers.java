package io.weft.gen;

import io.weft.node.Self;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one process has asked others, each in its place of a tree, and not been answered. In the
 * turns of that process only.
 */
final class CodeAnswers {
  /** One that is awaited. */
  private record Question<T extends @Nullable Object>(
      CodePlace place, CompletableFuture<T> answer, Consumer<T> unwanted) {
    /** Withdraws it; false if the answer is there already, and only had not been looked at. */
    boolean withdraw() {
      if (answer.cancel(false)) {
        return true;
      }
      if (!answer.isCompletedExceptionally()) {
        unwanted.accept(answer.join());
      }
      return false;
    }
  }

  private final Self<?> self;
  private final BiConsumer<CodePlace, Throwable> onFailure;
  private final Runnable onAllAnswered;
  private final Set<Question<?>> open = new LinkedHashSet<>();

  CodeAnswers(Self<?> self, BiConsumer<CodePlace, Throwable> onFailure, Runnable onAllAnswered) {
    this.self = self;
    this.onFailure = onFailure;
    this.onAllAnswered = onAllAnswered;
  }

  /** Goes on with the answer when it is there; if it is the last one, goes on after that. */
  <T extends @Nullable Object> void await(
      CodePlace place, CompletableFuture<T> answer, Consumer<T> then) {
    await(place, answer, then, _ -> {});
  }

  /**
   * The same.
   *
   * @param unwanted undoes what came with an answer that was given just before it was withdrawn;
   *     where it comes after that, who answers is to undo it
   */
  <T extends @Nullable Object> void await(
      CodePlace place, CompletableFuture<T> answer, Consumer<T> then, Consumer<T> unwanted) {
    var question = new Question<>(place, answer, unwanted);
    open.add(question);
    var _ =
        answer.whenComplete((value, failed) ->
            self.post(() -> {
              if (!open.remove(question)) {
                return; // it was withdrawn
              }
              if (failed == null) {
                then.accept(value);
              } else {
                onFailure.accept(
                    place, failed instanceof CompletionException ? failed.getCause() : failed);
              }
              if (open.isEmpty()) {
                onAllAnswered.run();
              }
            }));
  }

  /** Withdraws all questions; returns who had not answered. */
  List<CodePlace> withdraw() {
    List<Question<?>> present = List.copyOf(open);
    open.clear();
    return present.stream().filter(Question::withdraw).map(Question::place).toList();
  }

  @Nullable CodePlace first() {
    return open.isEmpty() ? null : open.iterator().next().place();
  }

  boolean isEmpty() {
    return open.isEmpty();
  }
}

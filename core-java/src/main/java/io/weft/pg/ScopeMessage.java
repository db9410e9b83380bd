package io.weft.pg;

import io.weft.node.Address;
import io.weft.node.NodeEvent;
import io.weft.node.TermCodec;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a scope is told. */
sealed interface ScopeMessage {
  /** By the same scope of another node, or by a process that speaks its protocol. */
  record Foreign(Term term) implements ScopeMessage {}

  /** A node was connected or lost. */
  record OfNode(NodeEvent event) implements ScopeMessage {}

  /** Local processes join a group. */
  record Join(Term group, List<Pid> pids, CompletableFuture<Boolean> done)
      implements ScopeMessage {}

  /** Local processes leave a group. */
  record Leave(Term group, List<Pid> pids, CompletableFuture<Boolean> done)
      implements ScopeMessage {}

  /**
   * Somebody wants to know of changes.
   *
   * @param group null for all groups
   * @param until who is told; null for somebody who does not end
   */
  record Watch(
      @Nullable Term group,
      @Nullable Address<?> until,
      Consumer<GroupEvent> listener,
      CompletableFuture<GroupMonitor> done)
      implements ScopeMessage {}

  /** Somebody does not want to know any more. */
  record Unwatch(Object watch) implements ScopeMessage {}

  /** What is foreign is a term, and all answers are. */
  TermCodec<ScopeMessage> CODEC = TermCodec.foreign(Foreign.class, Foreign::new, Foreign::term);
}

package io.weft.gen;

import io.weft.node.ExitReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The callback modules of one machine: the first one, what was pushed, and the present one last.
 */
final class ModuleStack<S, M> {
  private final List<CallbackModule<S, M>> stack = new ArrayList<>(1);
  private final CallbackModule<S, M> first;

  ModuleStack(CallbackModule<S, M> first) {
    this.first = first;
    stack.add(first);
  }

  CallbackModule<S, M> current() {
    return stack.getLast();
  }

  /** Returns their names, the present one first. */
  List<String> names() {
    return stack.reversed().stream().map(CallbackModule::name).toList();
  }

  /** Returns what the present module does when the machine ends, else what the first one does. */
  Handlers.@Nullable Handler<ExitReason> terminateHandler() {
    Handlers.Handler<ExitReason> handler = current().terminateHandler();
    return handler == null ? first.terminateHandler() : handler;
  }

  void apply(ModuleAction<S, M> action) {
    switch (action) {
      case ModuleAction.Change<S, M>(CallbackModule<S, M> module) ->
          stack.set(stack.size() - 1, module);
      case ModuleAction.Push<S, M>(CallbackModule<S, M> module) -> stack.add(module);
      case ModuleAction.Pop<S, M> _ -> {
        if (stack.size() == 1) {
          throw new IllegalStateException(
              "there is no callback module to go back to from " + current());
        }
        stack.removeLast();
      }
    }
  }

  /**
   * Returns the modules of newer code that have the names of these.
   *
   * @throws IllegalStateException if one is missing
   */
  ModuleStack<S, M> renewed(CallbackModule<S, M> newFirst, MachineDefinition<S, M> newer) {
    var renewed = new ModuleStack<>(newFirst);
    renewed.stack.clear();
    for (CallbackModule<S, M> module : stack) {
      renewed.stack.add(module == first ? newFirst : newer.module(module.name()));
    }
    return renewed;
  }
}

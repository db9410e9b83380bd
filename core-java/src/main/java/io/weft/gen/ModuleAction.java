package io.weft.gen;

/** What a transition does to the callback modules of a machine. */
sealed interface ModuleAction<S, M> {
  /** Puts a module in the place of the present one. */
  record Change<S, M>(CallbackModule<S, M> module) implements ModuleAction<S, M> {}

  /** Puts a module before the present one. */
  record Push<S, M>(CallbackModule<S, M> module) implements ModuleAction<S, M> {}

  /** Goes back to the module before the last push. */
  record Pop<S, M>() implements ModuleAction<S, M> {}
}
